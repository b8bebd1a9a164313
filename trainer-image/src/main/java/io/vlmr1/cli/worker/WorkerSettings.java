package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.dist.Rendezvous;
import io.vlmr1.model.StartingModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the environment of a worker says.
 *
 * @param job as read and without problems
 * @param data root of the data: relative paths of the spec start here
 * @param output volume
 * @param rendezvous with the other processes
 * @param attempt number of the attempt, from 1
 * @param progressPort of rank 0's HTTP answers
 * @param processesPerNode that share this machine's cores
 */
public record WorkerSettings(
    GrpoJob job,
    Path data,
    OutputLayout output,
    Rendezvous rendezvous,
    int attempt,
    int progressPort,
    int processesPerNode) {

  /**
   * Reads variables and the job's file.
   *
   * @throws VlmR1Exception USAGE naming the variable, BAD_SPEC naming every problem of the file
   */
  static WorkerSettings of(Map<String, String> environment) {
    Path file = path(environment, WorkerEnvironment.JOB_FILE, WorkerEnvironment.DEFAULT_JOB_FILE);
    GrpoJob job = JobFile.read(file);
    List<Problem> problems = JobRules.problems(job);
    if (!problems.isEmpty()) {
      throw new VlmR1Exception(
          ExitCode.BAD_SPEC,
          problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
    return new WorkerSettings(
        job,
        path(environment, WorkerEnvironment.DATA_DIR, WorkerEnvironment.DEFAULT_DATA_DIR),
        new OutputLayout(
            path(environment, WorkerEnvironment.OUTPUT_DIR, WorkerEnvironment.DEFAULT_OUTPUT_DIR)),
        Rendezvous.of(environment),
        WorkerEnvironment.number(environment, WorkerEnvironment.ATTEMPT, 1),
        WorkerEnvironment.number(
            environment, WorkerEnvironment.PROGRESS_PORT, WorkerEnvironment.DEFAULT_PROGRESS_PORT),
        WorkerEnvironment.number(environment, WorkerEnvironment.NPROC_PER_NODE, 1));
  }

  /** What the user asked for. */
  public GrpoJobSpec spec() {
    return job.getSpec();
  }

  /** The folder of the model that training starts from. */
  Path startingModel() {
    return StartingModel.folder(spec(), data);
  }

  /** CPU threads of this process. */
  int threads() {
    Integer asked = spec().training().threadsPerProcess();
    return asked != null
        ? asked
        : Math.max(1, Runtime.getRuntime().availableProcessors() / processesPerNode);
  }

  private static Path path(Map<String, String> environment, String name, String absent) {
    return Path.of(environment.getOrDefault(name, absent)).toAbsolutePath().normalize();
  }
}

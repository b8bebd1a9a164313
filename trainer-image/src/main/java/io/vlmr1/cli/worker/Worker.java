package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.eval.JobEvaluation;
import io.vlmr1.tensor.Natives;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

/** Does what the environment asks for: a training, or an evaluation. */
public final class Worker {
  private Worker() {}

  /**
   * Runs to the end.
   *
   * @return the last words of a process that did its work or was asked to stop
   * @throws VlmR1Exception with the exit code of whatever went wrong
   */
  public static TerminationMessage run(Map<String, String> environment, StopSignal stop) {
    String role = environment.getOrDefault(WorkerEnvironment.ROLE, WorkerEnvironment.ROLE_TRAIN);
    WorkerSettings settings = WorkerSettings.of(environment);
    Natives.setThreads(settings.threads());
    return switch (role) {
      case WorkerEnvironment.ROLE_TRAIN -> train(settings, stop);
      case WorkerEnvironment.ROLE_EVALUATE -> evaluate(settings, environment);
      default ->
          throw new VlmR1Exception(
              ExitCode.USAGE,
              WorkerEnvironment.ROLE
                  + "=\""
                  + role
                  + "\" is neither "
                  + WorkerEnvironment.ROLE_TRAIN
                  + " nor "
                  + WorkerEnvironment.ROLE_EVALUATE);
    };
  }

  private static TerminationMessage evaluate(
      WorkerSettings settings, Map<String, String> environment) {
    String server = environment.getOrDefault(WorkerEnvironment.SERVER, "");
    JobEvaluation.Subject subject =
        new JobEvaluation.Subject(
            environment.getOrDefault(WorkerEnvironment.CHECKPOINT, OutputLayout.FINAL),
            server.isEmpty() ? null : URI.create(server));
    return TerminationMessage.of(
        JobEvaluation.run(
            settings.job(),
            environment.getOrDefault(WorkerEnvironment.EVALUATION, ""),
            subject,
            settings.data(),
            settings.output()));
  }

  private static TerminationMessage train(WorkerSettings settings, StopSignal stop) {
    boolean whole = new Training(settings, stop).run();
    TerminationMessage words =
        whole
            ? TerminationMessage.done()
            : TerminationMessage.of(ExitCode.TERMINATED, "stopped by SIGTERM after a checkpoint");
    return progress(settings).map(words::reached).orElse(words);
  }

  /** What rank 0 has told last; all ranks share the folder. */
  private static Optional<Progress> progress(WorkerSettings settings) {
    try {
      return settings.rendezvous().rank() == 0
          ? Progress.parse(Files.readString(settings.output().progress()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the work is done all the same
    }
  }
}

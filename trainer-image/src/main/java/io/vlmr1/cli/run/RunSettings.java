package io.vlmr1.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A GrpoJob on this machine.
 *
 * @param job as read and without problems
 * @param data root of the data: relative paths of the spec start here
 * @param output what an output volume is on a cluster
 * @param workerMain class that runs in each worker
 */
public record RunSettings(GrpoJob job, Path data, OutputLayout output, String workerMain) {
  /** The engine's own worker. */
  public static final String WORKER_MAIN = "io.vlmr1.cli.WorkerMain";

  /**
   * Of a job's file.
   *
   * @param data null: the folder of the file
   * @param output null: `vlmr1-output/NAME` here
   * @throws io.vlmr1.api.contract.VlmR1Exception BAD_SPEC naming every problem of the file
   */
  public static RunSettings of(Path file, @Nullable Path data, @Nullable Path output) {
    GrpoJob job = Preparation.read(file);
    Path root = data != null ? data : file.toAbsolutePath().getParent();
    Path folder = output != null ? output : Path.of("vlmr1-output", name(job));
    return new RunSettings(
        job,
        Objects.requireNonNull(root).toAbsolutePath().normalize(),
        new OutputLayout(folder.toAbsolutePath().normalize()),
        WORKER_MAIN);
  }

  /**
   * Of a folder that a run left.
   *
   * @param data null: where the data was in the run
   * @throws VlmR1Exception USAGE when the folder holds no run
   */
  public static RunSettings ofOutput(Path folder, @Nullable Path data) {
    OutputLayout output = new OutputLayout(folder.toAbsolutePath().normalize());
    try {
      JsonNode manifest =
          Files.exists(output.manifest())
              ? new ObjectMapper().readTree(output.manifest().toFile())
              : MissingNode.getInstance();
      String yaml =
          manifest.has("job") ? manifest.path("job").asText() : Files.readString(output.jobFile());
      Path root =
          data != null ? data : Path.of(manifest.path("dataRoot").asText(output.root().toString()));
      return new RunSettings(
          JobFile.parse("the job of " + folder, yaml),
          root.toAbsolutePath().normalize(),
          output,
          WORKER_MAIN);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          folder
              + ": holds neither manifest.json nor grpojob.yaml; name the output folder of a run",
          e);
    }
  }

  /** What the user asked for. */
  public GrpoJobSpec spec() {
    return Objects.requireNonNull(job.getSpec());
  }

  private static String name(GrpoJob job) {
    String name = job.getMetadata() == null ? null : job.getMetadata().getName();
    return name == null ? "grpojob" : name;
  }

  /** A path of the spec: absolute, or below the data root. */
  public Path resolve(String path) {
    return data.resolve(path);
  }

  /** CPU threads of one process: the spec's, else the cores shared by the workers. */
  public int threads(int processes) {
    Integer asked = spec().training().threadsPerProcess();
    return asked != null
        ? asked
        : Math.max(1, Runtime.getRuntime().availableProcessors() / processes);
  }
}

package io.vlmr1.cli.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which job a command is about. */
public final class JobOptions {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "the GrpoJob's YAML")
  private Path file = Path.of("grpojob.yaml");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "relative paths of the spec start here (default: the folder of FILE)")
  private @Nullable Path data;

  /** The job's file. */
  public Path file() {
    return file;
  }

  /** The job and its places, the output folder given or that of the job's name. */
  public RunSettings settings(@Nullable Path output) {
    return RunSettings.of(file, data, output);
  }
}

package io.vlmr1.cli;

import io.vlmr1.cli.run.RunReport;
import io.vlmr1.cli.run.RunSettings;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The report of any output folder. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Writes report.html of an output folder: of a run on this machine, or of a volume that"
          + " workers on a cluster wrote to.",
      "It may be of a training that is still running."
    },
    footer = {"", "Example:", "  vlmr1 report runs/shapes"})
final class Report implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "OUT", description = "the output folder")
  private Path output = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where the data is now (default: where it was in the run)")
  private @Nullable Path data;

  @Override
  public Integer call() {
    RunSettings settings = RunSettings.ofOutput(output, data);
    RunReport.write(settings);
    Objects.requireNonNull(spec)
        .commandLine()
        .getOut()
        .println("report: " + settings.output().report().toUri());
    return 0;
  }
}

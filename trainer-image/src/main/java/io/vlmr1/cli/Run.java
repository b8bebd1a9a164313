package io.vlmr1.cli;

import io.vlmr1.cli.run.HubSource;
import io.vlmr1.cli.run.JobOptions;
import io.vlmr1.cli.run.LocalRun;
import io.vlmr1.cli.run.RunReport;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.report.StepConsole;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a GrpoJob on this machine. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a GrpoJob on this machine: workers as local processes, then its evaluations.",
      "The same command again goes on where the last one stopped; Ctrl-C saves a checkpoint."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 run -f examples/shapes/grpojob.yaml --output runs/shapes",
      "",
      "A model of the hub (hf://) is downloaded first, as by vlmr1 fetch, into VLMR1_MODELS or"
          + " ~/.cache/vlmr1/models.",
      "Exit codes are those of the workers (docs/reference/exit-codes.md); 143 after SIGTERM."
    })
final class Run implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private JobOptions job = new JobOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "checkpoints, metrics and results go here (default: vlmr1-output/NAME-OF-JOB)")
  private @Nullable Path output;

  @Override
  public Integer call() throws Exception {
    return train(job.settings(output), Objects.requireNonNull(spec));
  }

  /** Fetches the model, trains, evaluates and writes the report; the exit code. */
  static int train(RunSettings asked, CommandSpec spec) throws Exception {
    try (StepConsole console =
        new StepConsole(spec.commandLine().getOut(), StepConsole.onTerminal())) {
      RunSettings settings = HubSource.fetched(asked, System.getenv(), console::line);
      int code = LocalRun.run(settings, console);
      if (code == 0) {
        RunReport.write(settings);
        console.line("report: " + settings.output().report().toUri());
      }
      return code;
    }
  }
}

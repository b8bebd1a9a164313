package io.vlmr1.cli;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.bench.Bench;
import io.vlmr1.cli.data.DataCommand;
import io.vlmr1.cli.doctor.Doctor;
import io.vlmr1.cli.evaluation.Compare;
import io.vlmr1.cli.evaluation.Eval;
import io.vlmr1.cli.fetch.Fetch;
import io.vlmr1.cli.quickstart.Quickstart;
import io.vlmr1.cli.quickstart.ShapesCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The `vlmr1` program: one class a command; errors become one line on standard error and an exit
 * code.
 */
@Command(
    name = "vlmr1",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains vision-language models with GRPO, on this machine or on Kubernetes.",
    subcommands = {
      Quickstart.class,
      Validate.class,
      PlanCommand.class,
      DataCommand.class,
      Fetch.class,
      Run.class,
      Sft.class,
      Eval.class,
      Compare.class,
      Report.class,
      Generate.class,
      Serve.class,
      Merge.class,
      RewardCommand.class,
      ShapesCommand.class,
      Toys.class,
      Bench.class,
      Inspect.class,
      Doctor.class
    },
    footer = {
      "",
      "Start here:",
      "  vlmr1 quickstart            a small model, trained and evaluated in minutes, with a"
          + " report",
      "  vlmr1 run -f grpojob.yaml   the file that the operator takes, on this machine",
      "  vlmr1 COMMAND --help        each command with an example"
    })
public final class Main implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING); // libraries tell where they found their natives
    System.exit(commandLine().execute(arguments));
  }

  /** The whole command line, ready to execute; prints where its caller tells it to. */
  public static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(Main::usageProblem)
            .setExecutionExceptionHandler(Main::problem);
    // scripts that compare give the usual sizes first and then those of one piece of work
    Objects.requireNonNull(line.getSubcommands().get("bench")).setOverwrittenOptionsAllowed(true);
    return line;
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "name a COMMAND");
    }
  }

  private static int usageProblem(ParameterException exception, String[] arguments) {
    CommandLine command = exception.getCommandLine();
    command
        .getErr()
        .println(
            "error: "
                + exception.getMessage()
                + "; see "
                + command.getCommandSpec().qualifiedName()
                + " --help");
    return ExitCode.USAGE.code();
  }

  private static int problem(
      Exception exception, CommandLine command, @Nullable ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (exception instanceof VlmR1Exception known) {
      err.println("error: " + known.getMessage());
      return known.exitCode().code();
    }
    StringWriter trace = new StringWriter();
    exception.printStackTrace(new PrintWriter(trace));
    err.println(trace);
    err.println("error: " + exception + " (a defect of vlmr1: report it with the lines above)");
    return ExitCode.INTERNAL.code();
  }
}

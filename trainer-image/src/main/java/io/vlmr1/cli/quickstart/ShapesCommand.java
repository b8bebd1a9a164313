package io.vlmr1.cli.quickstart;

import io.vlmr1.report.StepConsole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The data of the shapes example. */
@Command(
    name = "shapes",
    mixinStandardHelpOptions = true,
    description = "Makes what examples/shapes/grpojob.yaml needs.",
    subcommands = ShapesCommand.Prepare.class)
public final class ShapesCommand {

  /** Pictures, questions, and a tiny model that has learned the form of an answer. */
  @Command(
      name = "prepare",
      mixinStandardHelpOptions = true,
      description = "Makes pictures, questions and a tiny model after its SFT start.",
      footer = {
        "",
        "Example:",
        "  vlmr1 shapes prepare --output data",
        "  vlmr1 run -f examples/shapes/grpojob.yaml --data data"
      })
  static final class Prepare implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "goes here")
    private Path output = Path.of("data");

    @Option(names = "--seed", description = "(default: ${DEFAULT-VALUE})")
    private long seed = 42;

    @Option(
        names = "--sft-seconds",
        description = "the SFT start ends then at the latest (default: ${DEFAULT-VALUE})")
    private int sftSeconds = QuickstartSettings.standard(0).sftSeconds();

    @Override
    public Integer call() throws Exception {
      QuickstartSettings standard = QuickstartSettings.standard(seed);
      QuickstartSettings settings =
          new QuickstartSettings(
              seed,
              sftSeconds,
              standard.levelSteps(),
              standard.levelLooks(),
              standard.curveRows(),
              standard.pictures());
      Path data = output.toAbsolutePath().normalize();
      Path work = Files.createTempDirectory("vlmr1-sft");
      try (StepConsole console =
          new StepConsole(
              Objects.requireNonNull(spec).commandLine().getOut(), StepConsole.onTerminal())) {
        new ShapesPreparation(settings, data, work, console).run();
      }
      return 0;
    }
  }
}

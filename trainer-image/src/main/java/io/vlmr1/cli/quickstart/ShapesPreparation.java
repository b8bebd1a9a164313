package io.vlmr1.cli.quickstart;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.cli.run.LocalRun;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.report.StepConsole;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.shapes.Shapes;
import io.vlmr1.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Pictures, questions, a tiny model with random weights, and its SFT start: what GRPO begins with.
 * A folder that is already prepared is left as it is.
 */
final class ShapesPreparation {
  private final QuickstartSettings settings;
  private final Path data;
  private final Path work;
  private final StepConsole console;

  /**
   * Prepares a folder.
   *
   * @param data gets pictures, rows, `random/` and `model/`
   * @param work gets the run of the SFT start
   */
  ShapesPreparation(QuickstartSettings settings, Path data, Path work, StepConsole console) {
    this.settings = settings;
    this.data = data;
    this.work = work;
    this.console = console;
  }

  /** What the SFT start left: its held-out curve. */
  List<Point> run() throws Exception {
    if (Files.exists(data.resolve("model").resolve("model.safetensors"))) {
      console.line("data and model are in " + data);
      return List.of();
    }
    console.line("pictures and questions (seed " + settings.seed() + ") into " + data);
    Shapes.write(settings.shapes(), data);
    randomModel();
    List<Point> curve = sft();
    adopt();
    return curve;
  }

  private void randomModel() throws IOException {
    Path random = data.resolve("random");
    Path config = data.resolve("model");
    try (VisionLanguageModel model = ModelLoader.random(config, Dtype.FLOAT32, settings.seed())) {
      ModelSaver.save(model, config, random);
      console.line(
          String.format(
              Locale.ROOT,
              "a Qwen2.5-VL of %.2f million random weights",
              model.parameters().flatWeights().numel() / 1e6));
    }
  }

  /** Trains until held-out accuracy levels off or the time is over. */
  private List<Point> sft() throws Exception {
    console.line(
        "SFT start, until held-out accuracy levels off or "
            + settings.sftSeconds()
            + " s are over");
    OutputLayout output = new OutputLayout(work);
    RunSettings run =
        new RunSettings(ExampleJob.start(settings.seed()), data, output, RunSettings.WORKER_MAIN);
    try (HeldOutCurve curve = new HeldOutCurve(output, data, settings.curveRows())) {
      Plateau plateau = new Plateau(settings.levelSteps(), settings.levelLooks());
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.sftSeconds());
      int code =
          LocalRun.run(
              run,
              console,
              () -> {
                boolean level = false;
                for (Point point : curve.look()) {
                  told(point);
                  level |= plateau.levelsOff((int) point.step(), point.value());
                }
                return level || (System.nanoTime() > end && HeldOutCurve.newest(output) > 0);
              });
      if (code != 0) {
        throw new VlmR1Exception(
            ExitCode.of(code).orElse(ExitCode.INTERNAL), "the SFT start ended with " + code);
      }
      return curve.points();
    }
  }

  private void told(Point point) {
    console.line(
        String.format(
            Locale.ROOT,
            "step %.0f: held-out accuracy %.1f %% (%d rows)",
            point.step(),
            100 * point.value(),
            settings.curveRows()));
  }

  /** The newest checkpoint's model becomes the data's `model/`; training state stays behind. */
  private void adopt() throws IOException {
    OutputLayout output = new OutputLayout(work);
    Path from = output.checkpoint(HeldOutCurve.newest(output));
    Path to = data.resolve("model");
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith("optimizer") && !name.endsWith("_state.json")) {
          Path partial = to.resolve("." + name + ".partial");
          Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
          Files.move(partial, to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
    console.line("SFT start of " + HeldOutCurve.newest(output) + " steps is in " + to);
  }
}

package io.vlmr1.cli.quickstart;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.cli.run.LocalRun;
import io.vlmr1.cli.run.RunReport;
import io.vlmr1.cli.run.RunSettings;
import io.vlmr1.eval.JobEvaluation;
import io.vlmr1.report.CompletionsLog;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.StepConsole;
import io.vlmr1.report.html.HtmlReport;
import io.vlmr1.report.html.ReportContent;
import io.vlmr1.report.html.ReportContent.Chart;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.report.html.ReportContent.Series;
import io.vlmr1.report.html.ReportContent.Tile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole way on a small real task, from nothing to a report. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a tiny Qwen2.5-VL to point at shapes: data, SFT start, GRPO with two workers,",
      "evaluation before and after on held-out and out-of-domain pictures, report.html."
    },
    footer = {
      "",
      "Example:",
      "  vlmr1 quickstart --compare-sft --output runs/quickstart",
      "",
      "The same command again goes on where it was stopped."
    })
public final class Quickstart implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "everything goes here (default: ${DEFAULT-VALUE})")
  private Path output = Path.of("vlmr1-output", "quickstart");

  @Option(
      names = "--seed",
      description = "of pictures, weights, order and sampling (default: ${DEFAULT-VALUE})")
  private long seed = 42;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "of GRPO (default: as examples/shapes says, or fewer on a machine on which those would take longer than five minutes)")
  private @Nullable Integer steps;

  @Option(
      names = "--compare-sft",
      description = "let SFT go on from the same start for as many steps, and report it too")
  private boolean compareSft;

  @Override
  public Integer call() throws Exception {
    try (StepConsole console =
        new StepConsole(
            Objects.requireNonNull(spec).commandLine().getOut(), StepConsole.onTerminal())) {
      return run(QuickstartSettings.standard(seed), console);
    }
  }

  private int run(QuickstartSettings settings, StepConsole console) throws Exception {
    long start = System.nanoTime();
    Path root = output.toAbsolutePath().normalize();
    Path data = root.resolve("data");
    List<Point> startCurve =
        new ShapesPreparation(settings, data, root.resolve("sft-start"), console).run();
    RunSettings grpo =
        settings(
            ExampleJob.grpo(seed, grpoSteps(root.resolve("sft-start"), console)),
            data,
            root.resolve("grpo"));
    Path before = evaluateStart(grpo, root.resolve("before"), console);
    List<Point> curve = train("GRPO", grpo, settings, console);
    int made = MetricsLog.read(grpo.output().metrics()).size();
    RunSettings sft = null;
    List<Point> sftCurve = List.of();
    if (compareSft) {
      sft = settings(ExampleJob.longerSft(seed, made), data, root.resolve("sft-longer"));
      sftCurve = train("SFT going on for comparison", sft, settings, console);
      evaluate(sft, grpo, console);
    }
    Comparison comparison =
        new Comparison(
            before, grpo.output().evaluations(), sft == null ? null : sft.output().evaluations());
    double minutes = (System.nanoTime() - start) / 60e9;
    comparison.lines().forEach(console::line);
    Path report = new OutputLayout(root).report();
    HtmlReport.write(
        report,
        content(
            settings,
            grpo,
            comparison,
            new Curves(startCurve, curve, sftCurve, root.resolve("sft-start")),
            minutes));
    console.line(
        String.format(Locale.ROOT, "report after %.1f minutes: %s", minutes, report.toUri()));
    return 0;
  }

  private int grpoSteps(Path start, StepConsole console) {
    int most = ExampleJob.grpoSteps();
    if (steps != null) {
      return steps;
    }
    int fit = StepBudget.steps(most, MetricsLog.read(new OutputLayout(start).metrics()));
    if (fit < most) {
      console.line(
          String.format(
              Locale.ROOT,
              "GRPO takes %d of the example's %d steps, as many as fit into five minutes here; --steps %d takes all",
              fit,
              most,
              most));
    }
    return fit;
  }

  private record Curves(List<Point> start, List<Point> grpo, List<Point> sft, Path startRun) {}

  private static RunSettings settings(GrpoJob job, Path data, Path output) {
    return new RunSettings(job, data, new OutputLayout(output), RunSettings.WORKER_MAIN);
  }

  /** The start's evaluations, by the same words and rows as GRPO's. */
  private static Path evaluateStart(RunSettings grpo, Path folder, StepConsole console) {
    for (String set : Comparison.SETS) {
      console.line("evaluation " + set + " of the SFT start");
      JobEvaluation.of(grpo.job(), set, grpo.data())
          .run(grpo.data().resolve("model"), folder.resolve(set + ".json"));
    }
    return folder;
  }

  private static void evaluate(RunSettings sft, RunSettings grpo, StepConsole console) {
    for (String set : Comparison.SETS) {
      console.line("evaluation " + set + " of SFT going on");
      JobEvaluation.of(grpo.job(), set, grpo.data())
          .run(sft.output().finalModel(), sft.output().evaluation(set));
    }
  }

  private static List<Point> train(
      String what, RunSettings run, QuickstartSettings settings, StepConsole console)
      throws Exception {
    console.line(what + ", " + run.spec().worldSize() + " workers");
    try (HeldOutCurve curve = new HeldOutCurve(run.output(), run.data(), settings.curveRows())) {
      curve.add(curve.measure(run.data().resolve("model"), 0));
      int code =
          LocalRun.run(
              run,
              console,
              () -> {
                curve.look();
                return false;
              });
      if (code != 0) {
        throw new VlmR1Exception(
            ExitCode.of(code).orElse(ExitCode.INTERNAL), what + " ended with " + code);
      }
      int last = HeldOutCurve.newest(run.output());
      if (curve.points().stream().noneMatch(point -> point.step() == last)) {
        curve.add(curve.measure(run.output().finalModel(), last));
      }
      return curve.points();
    }
  }

  private static ReportContent content(
      QuickstartSettings settings,
      RunSettings grpo,
      Comparison comparison,
      Curves curves,
      double minutes) {
    List<MetricsLog.Step> steps = MetricsLog.read(grpo.output().metrics());
    List<Tile> tiles = new ArrayList<>(comparison.tiles());
    tiles.add(
        new Tile(
            "GRPO",
            steps.size() + " steps",
            grpo.spec().worldSize() + " workers, beta " + grpo.spec().grpo().beta()));
    tiles.add(
        new Tile(
            "Time",
            String.format(Locale.ROOT, "%.1f min", minutes),
            "data, SFT start, GRPO and evaluations"));
    Map<String, String> made = new LinkedHashMap<>(RunReport.settings(grpo));
    made.put("quickstart", settings.toString());
    made.put("pictures and model", settings.shapes().toString());
    return new ReportContent(
        "GRPO on shapes",
        "A tiny Qwen2.5-VL with random weights learned by SFT to answer in the right form and"
            + " roughly the right place, until that levelled off; then GRPO rewarded the overlap of"
            + " its boxes with the true ones.",
        tiles,
        List.of(comparison.table()),
        charts(steps, curves),
        comparison.pictures(grpo.data().resolve("images"), settings.pictures()),
        CompletionsLog.read(grpo.output().completions()),
        made,
        JobFile.write(grpo.job()));
  }

  private static List<Chart> charts(List<MetricsLog.Step> steps, Curves curves) {
    List<Series> heldOut = new ArrayList<>(List.of(new Series("GRPO", curves.grpo(), false)));
    if (!curves.sft().isEmpty()) {
      heldOut.add(new Series("SFT going on", curves.sft(), false));
    }
    List<Chart> charts = new ArrayList<>();
    charts.add(new Chart("Held-out accuracy", "share with IoU > 0.5, by step", heldOut));
    charts.addAll(RunReport.charts(steps, "GRPO"));
    List<MetricsLog.Step> start = MetricsLog.read(new OutputLayout(curves.startRun()).metrics());
    charts.add(RunReport.chart("SFT start: loss", "nats a token", start, "loss", "SFT"));
    charts.add(
        new Chart(
            "SFT start: held-out accuracy",
            "share with IoU > 0.5, by step",
            List.of(new Series("SFT", curves.start(), false))));
    return charts;
  }
}

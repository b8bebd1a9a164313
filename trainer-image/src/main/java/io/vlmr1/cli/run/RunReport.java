package io.vlmr1.cli.run;

import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.cli.Versions;
import io.vlmr1.report.CompletionsLog;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.html.HtmlReport;
import io.vlmr1.report.html.ReportContent;
import io.vlmr1.report.html.ReportContent.Chart;
import io.vlmr1.report.html.ReportContent.Picture;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.report.html.ReportContent.Series;
import io.vlmr1.report.html.ReportContent.Table;
import io.vlmr1.report.html.ReportContent.Tile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** report.html of a local run: its curves, evaluations, pictures and completions. */
public final class RunReport {
  private static final int PICTURES = 6;

  private RunReport() {}

  /** Writes the report of what the output folder holds. */
  public static void write(RunSettings settings) {
    OutputLayout output = settings.output();
    List<MetricsLog.Step> steps = MetricsLog.read(output.metrics());
    ReportContent content =
        new ReportContent(
            settings.job().getMetadata().getName(),
            settings.spec().method()
                + " of "
                + settings.spec().model().source()
                + " for "
                + steps.size()
                + " steps with "
                + settings.spec().worldSize()
                + " workers on this machine.",
            tiles(settings),
            Stream.concat(
                    Stream.of(evaluations(settings)), StepProfileReport.tables(steps).stream())
                .toList(),
            charts(steps, settings.spec().method().toString()),
            pictures(settings),
            CompletionsLog.read(output.completions()),
            settings(settings),
            JobFile.write(settings.job()));
    HtmlReport.write(output.report(), content);
  }

  /** Curves of a training by the names of its metrics. */
  public static List<Chart> charts(List<MetricsLog.Step> steps, String name) {
    Stream<Chart> learning =
        Stream.of(
            chart("Reward", "mean of a step's completions", steps, "reward", name),
            chart("KL to the start", "nats a token", steps, "kl", name),
            chart("Length", "tokens a completion", steps, "completions/mean_length", name),
            chart("Loss", "", steps, "loss", name),
            chart("Held-out reward", "mean, greedy answers", steps, "eval/reward", name),
            chart("Held-out loss", "", steps, "eval/loss", name),
            chart("Entropy", "nats a token", steps, "entropy", name),
            chart("Groups without spread", "share", steps, "frac_reward_zero_std", name));
    Stream<Chart> shown =
        Stream.concat(learning, failures(steps, name))
            .filter(chart -> !chart.series().get(0).points().isEmpty());
    return Stream.concat(shown, StepProfileReport.charts(steps, name).stream()).toList();
  }

  /** Rewards that a judge or an endpoint could not give: training goes on without them. */
  private static Stream<Chart> failures(List<MetricsLog.Step> steps, String name) {
    return steps.stream()
        .flatMap(step -> step.metrics().entrySet().stream())
        .filter(metric -> metric.getKey().endsWith("/failures") && metric.getValue() > 0)
        .map(Map.Entry::getKey)
        .distinct()
        .map(
            metric ->
                chart(
                    "Not scored: " + metric.substring(0, metric.lastIndexOf('/')),
                    "completions of a step",
                    steps,
                    metric,
                    name));
  }

  /** One metric as a curve. */
  public static Chart chart(
      String title, String unit, List<MetricsLog.Step> steps, String metric, String name) {
    List<Point> points =
        steps.stream()
            .filter(step -> step.metrics().containsKey(metric))
            .map(step -> new Point(step.step(), step.metrics().getOrDefault(metric, 0.0)))
            .toList();
    return new Chart(title, unit, List.of(new Series(name, points, true)));
  }

  /** Versions, seed and machine. */
  public static Map<String, String> settings(RunSettings settings) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("seed", settings.spec().training().seed().toString());
    all.put("workers", Integer.toString(settings.spec().worldSize()));
    all.put("threads a worker", Integer.toString(settings.threads(settings.spec().worldSize())));
    all.put("precision", settings.spec().training().precision().name().toLowerCase(Locale.ROOT));
    all.put("data", settings.data().toString());
    all.put("output", settings.output().root().toString());
    all.put(
        "machine",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores");
    Versions.all().forEach((name, version) -> all.put(name + " version", version));
    return all;
  }

  private static List<Tile> tiles(RunSettings settings) {
    List<Tile> tiles = new ArrayList<>();
    for (Evaluation evaluation : settings.spec().evaluations()) {
      Path file = settings.output().evaluation(evaluation.name());
      if (Files.exists(file)) {
        Map<String, Double> metrics = EvaluationFile.metrics(file);
        tiles.add(
            new Tile(
                evaluation.name() + " accuracy",
                percent(metrics.getOrDefault("accuracy", 0.0)),
                EvaluationFile.words(metrics)));
      }
    }
    return tiles;
  }

  private static Table evaluations(RunSettings settings) {
    List<List<String>> rows = new ArrayList<>();
    for (Evaluation evaluation : settings.spec().evaluations()) {
      Path file = settings.output().evaluation(evaluation.name());
      if (Files.exists(file)) {
        rows.add(
            List.of(
                evaluation.name(),
                evaluation.task().name().toLowerCase(Locale.ROOT),
                EvaluationFile.words(EvaluationFile.metrics(file))));
      }
    }
    return new Table("Evaluations", List.of("name", "task", "metrics"), rows, "");
  }

  private static List<Picture> pictures(RunSettings settings) {
    List<Picture> pictures = new ArrayList<>();
    for (Evaluation evaluation : settings.spec().evaluations()) {
      Path file = settings.output().evaluation(evaluation.name());
      Path images = settings.resolve(Objects.requireNonNullElse(evaluation.dataset().images(), ""));
      if (!Files.exists(file)) {
        continue;
      }
      for (EvaluationFile.Asked row : EvaluationFile.rows(file, PICTURES)) {
        Path image = images.resolve(row.image());
        if (!row.truth().isEmpty() && Files.isRegularFile(image)) {
          String caption = String.format(Locale.ROOT, "%s, IoU %.2f", evaluation.name(), row.iou());
          pictures.add(new Picture(image, row.question(), row.truth(), null, row.box(), caption));
        }
      }
    }
    return pictures;
  }

  /** A share as people read it. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}

package io.vlmr1.cli.run;

import io.vlmr1.plan.PhaseClock;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.html.ReportContent.Chart;
import io.vlmr1.report.html.ReportContent.Point;
import io.vlmr1.report.html.ReportContent.Series;
import io.vlmr1.report.html.ReportContent.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Where the time of a training's steps went. */
final class StepProfileReport {
  private static final Map<String, List<String>> GROUPS = groups();

  private StepProfileReport() {}

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put("rollout", List.of("prefill", "decode"));
    groups.put("forward and backward", List.of("score", "forward", "backward"));
    groups.put("reduce and optimizer", List.of("reduce", "optimizer"));
    groups.put("waiting", List.of("data", "rewards", "exchange"));
    return groups;
  }

  /** Mean seconds and share of each phase; empty for a run whose steps do not tell. */
  static List<Table> tables(List<MetricsLog.Step> steps) {
    Map<String, Double> sums = new LinkedHashMap<>();
    double all = 0;
    for (MetricsLog.Step step : steps) {
      step.metrics()
          .forEach(
              (name, value) -> {
                if (name.startsWith(PhaseClock.PREFIX)) {
                  sums.merge(name.substring(PhaseClock.PREFIX.length()), value, Double::sum);
                }
              });
      all += step.metrics().getOrDefault("step_time", 0.0);
    }
    if (sums.isEmpty() || all == 0) {
      return List.of();
    }
    double rest = all - sums.values().stream().mapToDouble(Double::doubleValue).sum();
    sums.put("everything else", rest);
    List<List<String>> rows = new ArrayList<>();
    double whole = all;
    sums.forEach(
        (phase, sum) ->
            rows.add(
                List.of(
                    phase, number("%.4f", sum / steps.size()), RunReport.percent(sum / whole))));
    String note =
        "Rank 0's computing thread: "
            + last(steps, "tokens_per_second", "%.0f tokens/s, ")
            + last(steps, "mfu", "%.3f of what products alone reach on this machine, ")
            + last(steps, "idle", "%.3f of the time waiting, ")
            + last(steps, "memory/peak_mib", "%.0f MiB at most (last step)");
    return List.of(
        new Table("Where a step's time goes", List.of("phase", "s a step", "share"), rows, note));
  }

  private static String last(List<MetricsLog.Step> steps, String metric, String pattern) {
    Double value = steps.get(steps.size() - 1).metrics().get(metric);
    return value == null ? "" : number(pattern, value);
  }

  private static String number(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  /** Curves over steps. */
  static List<Chart> charts(List<MetricsLog.Step> steps, String name) {
    List<Series> series =
        GROUPS.entrySet().stream()
            .map(group -> new Series(group.getKey(), points(steps, group.getValue()), true))
            .toList();
    return Stream.of(
            new Chart("Time of a step", "s", series),
            RunReport.chart("Speed", "tokens a second", steps, "tokens_per_second", name),
            RunReport.chart("Utilisation", "of products alone", steps, "mfu", name),
            RunReport.chart("Waiting", "share of the step", steps, "idle", name),
            RunReport.chart("Resident memory", "MiB", steps, "memory/resident_mib", name))
        .filter(chart -> !chart.series().get(0).points().isEmpty())
        .toList();
  }

  private static List<Point> points(List<MetricsLog.Step> steps, List<String> phases) {
    return steps.stream()
        .filter(step -> step.metrics().containsKey(PhaseClock.PREFIX + "forward"))
        .map(
            step ->
                new Point(
                    step.step(),
                    phases.stream()
                        .mapToDouble(
                            phase -> step.metrics().getOrDefault(PhaseClock.PREFIX + phase, 0.0))
                        .sum()))
        .toList();
  }
}

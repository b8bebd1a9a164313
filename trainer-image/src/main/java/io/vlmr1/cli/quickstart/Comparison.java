package io.vlmr1.cli.quickstart;

import io.vlmr1.cli.run.EvaluationFile;
import io.vlmr1.cli.run.RunReport;
import io.vlmr1.report.html.ReportContent.Picture;
import io.vlmr1.report.html.ReportContent.Table;
import io.vlmr1.report.html.ReportContent.Tile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The same evaluations of the SFT start, after GRPO, and after SFT that went on.
 *
 * @param before folder of the start's result files
 * @param grpo folder of GRPO's
 * @param sft folder of the longer SFT's; null when it was not asked for
 */
record Comparison(Path before, Path grpo, @Nullable Path sft) {
  static final List<String> SETS = List.of("held-out", "out-of-domain");

  /** As lines for a console, columns aligned. */
  List<String> lines() {
    List<List<String>> rows = new ArrayList<>(List.of(header()));
    rows.addAll(rows());
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(String.format(i == 0 ? "%-28s" : "%18s", row.get(i)));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  Table table() {
    double rows = metric(grpo, SETS.get(0), "rows");
    return new Table(
        "Before and after",
        header(),
        rows(),
        String.format(
            Locale.ROOT,
            "%.0f pictures in each set; accuracy = share of boxes with IoU > 0.5; out of domain:"
                + " colour and shape together, or two relations, that training never showed",
            rows));
  }

  List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    for (String set : SETS) {
      double from = metric(before, set, "accuracy");
      double to = metric(grpo, set, "accuracy");
      tiles.add(
          new Tile(
              set + " accuracy after GRPO",
              RunReport.percent(to),
              String.format(
                  Locale.ROOT,
                  "%.1f %% at the SFT start (%+.1f points)",
                  100 * from,
                  100 * (to - from))));
    }
    return tiles;
  }

  /** The first pictures of each set, whatever came out, with the boxes before and after. */
  List<Picture> pictures(Path images, int each) {
    List<Picture> pictures = new ArrayList<>();
    for (String set : SETS) {
      List<EvaluationFile.Asked> first = EvaluationFile.rows(file(before, set), each);
      List<EvaluationFile.Asked> last = EvaluationFile.rows(file(grpo, set), each);
      for (int i = 0; i < Math.min(first.size(), last.size()); i++) {
        EvaluationFile.Asked now = last.get(i);
        pictures.add(
            new Picture(
                images.resolve(now.image()),
                now.question(),
                now.truth(),
                first.get(i).box(),
                now.box(),
                String.format(
                    Locale.ROOT, "%s, IoU %.2f → %.2f", set, first.get(i).iou(), now.iou())));
      }
    }
    return pictures;
  }

  private List<String> header() {
    List<String> header = new ArrayList<>(List.of("", "SFT start", "after GRPO", "change"));
    if (sft != null) {
      header.addAll(List.of("SFT going on", "change"));
    }
    return header;
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (String set : SETS) {
      rows.add(row(set, "accuracy", "%.1f %%", "%+.1f points", 100));
      rows.add(row(set, "iou", "%.3f", "%+.3f", 1));
    }
    return rows;
  }

  private List<String> row(String set, String metric, String form, String change, double scale) {
    double from = scale * metric(before, set, metric);
    double to = scale * metric(grpo, set, metric);
    List<String> row = new ArrayList<>();
    row.add(set + " " + (metric.equals("iou") ? "IoU" : metric));
    row.add(String.format(Locale.ROOT, form, from));
    row.add(String.format(Locale.ROOT, form, to));
    row.add(String.format(Locale.ROOT, change, to - from));
    if (sft != null) {
      double other = scale * metric(sft, set, metric);
      row.add(String.format(Locale.ROOT, form, other));
      row.add(String.format(Locale.ROOT, change, other - from));
    }
    return row;
  }

  private static Path file(Path folder, String set) {
    return folder.resolve(set + ".json");
  }

  private static double metric(Path folder, String set, String metric) {
    Map<String, Double> metrics = EvaluationFile.metrics(file(folder, set));
    return metrics.getOrDefault(metric, 0.0);
  }
}

package io.vlmr1.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An evaluation's result file, read. */
public final class EvaluationFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationFile() {}

  /**
   * A row that was asked.
   *
   * @param image name of its picture below the image folder
   * @param question what was asked
   * @param truth corners of the true box; empty when the task has none
   * @param box corners of the answered box; empty when the task has none
   * @param iou overlap of the two
   */
  public record Asked(
      String image, String question, List<Double> truth, List<Double> box, double iou) {}

  /** Metrics by name. */
  public static Map<String, Double> metrics(Path file) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : read(file).path("metrics").properties()) {
      metrics.put(field.getKey(), field.getValue().asDouble());
    }
    return metrics;
  }

  /** The first rows, in the order in which they were asked. */
  public static List<Asked> rows(Path file, int most) {
    List<Asked> rows = new ArrayList<>();
    for (JsonNode row : read(file).path("results")) {
      if (rows.size() == most) {
        break;
      }
      rows.add(
          new Asked(
              row.path("image").asText(),
              row.path("question").asText(),
              corners(row.path("ground_truth")),
              corners(row.path("extracted_answer")),
              row.path("iou").asDouble()));
    }
    return rows;
  }

  /** For a line of the console: `accuracy 0.613 iou 0.587 rows 200`. */
  public static String words(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(entry -> entry.getKey() + " " + value(entry))
        .collect(Collectors.joining("  "));
  }

  /** A metric's value for people: whole for a count of rows. */
  public static String value(Map.Entry<String, Double> metric) {
    return String.format(
        Locale.ROOT, metric.getKey().equals("rows") ? "%.0f" : "%.3f", metric.getValue());
  }

  private static List<Double> corners(JsonNode box) {
    List<Double> corners = new ArrayList<>();
    if (box.isArray()) {
      box.forEach(corner -> corners.add(corner.asDouble()));
    }
    return corners;
  }

  /** The file's JSON. */
  public static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is no evaluation result", e);
    }
  }
}

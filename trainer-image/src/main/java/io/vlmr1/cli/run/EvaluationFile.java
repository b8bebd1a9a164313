package io.vlmr1.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The metrics in an evaluation's result file. */
public final class EvaluationFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationFile() {}

  /** Metrics by name. */
  public static Map<String, Double> metrics(Path file) {
    try {
      Map<String, Double> metrics = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field :
          JSON.readTree(file.toFile()).path("metrics").properties()) {
        metrics.put(field.getKey(), field.getValue().asDouble());
      }
      return metrics;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is no evaluation result", e);
    }
  }

  /** For a line of the console: `accuracy 0.613 iou 0.587 rows 200`. */
  public static String words(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + " "
                    + (entry.getKey().equals("rows")
                        ? String.format(Locale.ROOT, "%.0f", entry.getValue())
                        : String.format(Locale.ROOT, "%.3f", entry.getValue())))
        .collect(Collectors.joining("  "));
  }
}

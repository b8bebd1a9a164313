package io.vlmr1.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** metrics.jsonl: one JSON object a step, `step` first, then the metrics by name. */
public final class MetricsLog implements AutoCloseable {
  private final JsonLines lines;

  private MetricsLog(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Opens the file for appending. Steps after the one given are dropped: they happened after the
   * checkpoint from which the run goes on, and will happen again.
   *
   * @param lastStep the checkpoint's step; 0 starts over
   */
  public static MetricsLog open(Path file, int lastStep) {
    return new MetricsLog(
        JsonLines.append(file, line -> line.path("step").asInt(Integer.MAX_VALUE) <= lastStep));
  }

  /** Appends a step. Values that are not finite are left out: JSON has no word for them. */
  public void write(int step, Map<String, Double> metrics) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    metrics.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            line.put(name, value);
          }
        });
    lines.write(line);
  }

  /** Every whole step of a file, in order; empty when there is no file. */
  public static List<Step> read(Path file) {
    List<Step> steps = new ArrayList<>();
    JsonLines.read(file, line -> steps.add(Step.of(line)));
    return steps;
  }

  /** The file as it stands, to be parsed by another process; empty when there is no file. */
  public static byte[] bytes(Path file) {
    return JsonLines.bytes(file);
  }

  /** Every whole step of such bytes, in order. */
  public static List<Step> parse(byte[] bytes) {
    List<Step> steps = new ArrayList<>();
    JsonLines.parse(bytes, line -> steps.add(Step.of(line)));
    return steps;
  }

  @Override
  public void close() {
    lines.close();
  }

  /**
   * A line of the file.
   *
   * @param step optimisation step, from 1
   * @param metrics values by name
   */
  public record Step(int step, Map<String, Double> metrics) {
    private static Step of(JsonNode line) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      line.properties()
          .forEach(
              field -> {
                if (!field.getKey().equals("step") && field.getValue().isNumber()) {
                  metrics.put(field.getKey(), field.getValue().asDouble());
                }
              });
      return new Step(line.path("step").asInt(), metrics);
    }
  }
}

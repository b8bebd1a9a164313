package io.vlmr1.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * completions.jsonl: what the model wrote, what each reward made of it and why. Bounded: past its
 * size the older half of the steps goes.
 */
public final class CompletionsLog implements AutoCloseable {
  /** A log of this size opens in any editor: 64 MiB. */
  public static final long DEFAULT_BYTES = 64L << 20;

  private final JsonLines lines;
  private final long maxBytes;
  private int firstStep = Integer.MAX_VALUE;

  private CompletionsLog(JsonLines lines, long maxBytes) {
    this.lines = lines;
    this.maxBytes = maxBytes;
  }

  /**
   * A completion of a step.
   *
   * @param step optimisation step, from 1
   * @param prompt id of the row
   * @param question the row's problem
   * @param truth the row's solution
   * @param text the model's words
   * @param rewards what each reward said, by its name
   * @param reward the weighted sum; null when none applied
   * @param advantage against the others of its group
   */
  public record Entry(
      int step,
      String prompt,
      String question,
      String truth,
      String text,
      Map<String, Judgement> rewards,
      @Nullable Double reward,
      double advantage) {}

  /**
   * What one reward said.
   *
   * @param value the score; null when the reward does not apply
   * @param reason why
   */
  public record Judgement(@Nullable Double value, String reason) {}

  /**
   * Opens the file for appending; steps after `lastStep` are dropped, as in {@link
   * MetricsLog#open}.
   *
   * @param maxBytes size past which the older half of the steps goes
   */
  public static CompletionsLog open(Path file, int lastStep, long maxBytes) {
    return new CompletionsLog(
        JsonLines.append(file, line -> line.path("step").asInt(Integer.MAX_VALUE) <= lastStep),
        maxBytes);
  }

  /** Appends the completions of a step. */
  public void write(List<Entry> entries) {
    for (Entry entry : entries) {
      firstStep = Math.min(firstStep, entry.step());
      lines.write(entry);
    }
    if (lines.bytes() > maxBytes && !entries.isEmpty()) {
      dropOlderHalf(entries.get(entries.size() - 1).step());
    }
  }

  /** Every whole completion of a file, in order; empty when there is no file. */
  public static List<Entry> read(Path file) {
    List<Entry> entries = new ArrayList<>();
    JsonLines.read(file, line -> entries.add(entry(line)));
    return entries;
  }

  @Override
  public void close() {
    lines.close();
  }

  private void dropOlderHalf(int lastStep) {
    int middle = (int) (((long) Math.min(firstStep, lastStep) + lastStep) / 2);
    int from = Math.min(middle + 1, lastStep); // the newest step always stays
    lines.retain(line -> line.path("step").asInt() >= from);
    firstStep = from;
  }

  private static Entry entry(JsonNode line) {
    Map<String, Judgement> rewards = new LinkedHashMap<>();
    line.path("rewards")
        .properties()
        .forEach(
            field ->
                rewards.put(
                    field.getKey(),
                    new Judgement(
                        number(field.getValue().path("value")),
                        field.getValue().path("reason").asText())));
    return new Entry(
        line.path("step").asInt(),
        line.path("prompt").asText(),
        line.path("question").asText(),
        line.path("truth").asText(),
        line.path("text").asText(),
        rewards,
        number(line.path("reward")),
        line.path("advantage").asDouble());
  }

  private static @Nullable Double number(JsonNode node) {
    return node.isNumber() ? (Double) node.asDouble() : null;
  }
}

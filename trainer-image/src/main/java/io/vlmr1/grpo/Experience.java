package io.vlmr1.grpo;

import io.vlmr1.data.Row;
import io.vlmr1.report.CompletionsLog;
import io.vlmr1.reward.Score;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a rollout gave: completions, verdicts and advantages, used for as many steps as there are
 * iterations.
 *
 * @param chunk its number
 * @param batches micro-batches of this rank
 * @param outcome what was said of the completions
 * @param advantages of all ranks' completions
 * @param masked completions of all ranks that take no part in the loss
 */
record Experience(
    long chunk,
    List<MicroBatch> batches,
    Exploration.Outcome outcome,
    Advantages advantages,
    boolean[] masked)
    implements AutoCloseable {

  /** What is known of all ranks' completions. */
  Shared shared() {
    return outcome.shared();
  }

  /** Sizes of the global batch as the loss divides by them. */
  PolicyLoss.GlobalCounts counts() {
    long tokens = 0;
    for (int i = 0; i < masked.length; i++) {
      tokens += masked[i] ? 0 : shared().lengths()[i];
    }
    return new PolicyLoss.GlobalCounts(masked.length, tokens);
  }

  /** Metrics of rewards and lengths under their published names. */
  void write(Map<String, Double> metrics, List<String> rewards) {
    advantages.write(metrics, shared().rewards(), rewards);
    for (int k = 0; k < rewards.size(); k++) {
      metrics.put("rewards/" + rewards.get(k) + "/failures", (double) shared().failures()[k]);
    }
    var lengths = IntStream.of(shared().lengths()).summaryStatistics();
    long cut = IntStream.range(0, masked.length).filter(i -> shared().truncated()[i]).count();
    metrics.put("completions/mean_length", lengths.getAverage());
    metrics.put("completions/min_length", (double) lengths.getMin());
    metrics.put("completions/max_length", (double) lengths.getMax());
    metrics.put("completions/clipped_ratio", (double) cut / masked.length);
  }

  /**
   * This rank's completions with what was said of them; the step, counted from 1, is the first to
   * use them.
   */
  List<CompletionsLog.Entry> records(long step, List<String> rewards) {
    List<CompletionsLog.Entry> records = new ArrayList<>();
    for (MicroBatch batch : batches) {
      for (Sampled sampled : batch.sampled()) {
        for (int i = 0; i < sampled.completions().size(); i++) {
          records.add(record((int) step, sampled.prompt().row(), records.size(), rewards));
        }
      }
    }
    return records;
  }

  private CompletionsLog.Entry record(int step, Row row, int index, List<String> rewards) {
    Judge.Verdict verdict = outcome.verdicts().get(index);
    Map<String, CompletionsLog.Judgement> judgements = new LinkedHashMap<>();
    for (int k = 0; k < rewards.size(); k++) {
      Score score = verdict.scores().get(k);
      Double value = score.value().isPresent() ? score.value().getAsDouble() : null;
      judgements.put(rewards.get(k), new CompletionsLog.Judgement(value, score.reason()));
    }
    double total = advantages.totals()[shared().first() + index];
    return new CompletionsLog.Entry(
        step,
        row.id().isEmpty() ? row.place() : row.id(),
        row.problem(),
        row.solution(),
        verdict.text(),
        judgements,
        Double.isNaN(total) ? null : (Double) total,
        advantages.values()[shared().first() + index]);
  }

  @Override
  public void close() {
    batches.forEach(batch -> batch.sampled().forEach(sampled -> sampled.prompt().close()));
  }
}

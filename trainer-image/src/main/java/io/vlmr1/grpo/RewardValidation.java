package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.data.Row;
import io.vlmr1.data.Sampler;
import io.vlmr1.dist.Ranks;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.rollout.Draws;
import io.vlmr1.rollout.Generated;
import io.vlmr1.rollout.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Held-out rows answered greedily, one completion each, and scored by the rewards of the training:
 * eval/reward, eval/NAME for each reward, eval/mean_length, eval/rows.
 */
public final class RewardValidation implements HeldOut {
  private static final SamplingSpec GREEDY = new SamplingSpec(0.0, 0, 1.0, 0.0, 1.0);

  private final Rows rows;
  private final Judge judge;
  private final Ranks ranks;
  private final Rollout rollout;

  /**
   * What is asked.
   *
   * @param rows the held-out ones
   * @param maker of their prompts
   * @param batch rows answered together
   */
  public record Rows(List<Row> rows, PromptFeed.Maker maker, int batch) {}

  /** A validation of this model; completions are cut off at maxTokens. */
  public RewardValidation(
      Rows rows, Judge judge, Ranks ranks, VisionLanguageModel model, int maxTokens) {
    this.rows = rows;
    this.judge = judge;
    this.ranks = ranks;
    this.rollout = new Rollout(model, GREEDY, maxTokens);
  }

  @Override
  public Map<String, Double> measure() {
    Means means = new Means();
    for (String name : judge.names()) {
      means.add("eval/" + name, 0, 0);
    }
    means.add("eval/reward", 0, 0);
    means.add("eval/mean_length", 0, 0);
    List<PromptFeed.Prompt> batch = new ArrayList<>();
    for (int i = ranks.rank(); i < rows.rows().size(); i += ranks.size()) {
      Row row = rows.rows().get(i);
      batch.add(new PromptFeed.Prompt(row, new Sampler.Share(i, i, 0, 1), rows.maker().make(row)));
      if (batch.size() == rows.batch()) {
        score(batch, means);
      }
    }
    score(batch, means);
    Map<String, Double> measured = means.over(ranks);
    measured.put("eval/rows", (double) rows.rows().size());
    return measured;
  }

  private void score(List<PromptFeed.Prompt> batch, Means means) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      List<PreparedPrompt> prepared = batch.stream().map(PromptFeed.Prompt::prepared).toList();
      List<Generated> answers = rollout.generate(prepared, 1, Draws.inOrder(0, 0, batch.size()));
      List<Sampled> sampled = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        sampled.add(new Sampled(batch.get(i), List.of(answers.get(i))));
        means.add("eval/mean_length", answers.get(i).ids().length, 1);
      }
      judge.judge(sampled).forEach(verdict -> add(verdict.values(), means));
    } finally {
      batch.forEach(PromptFeed.Prompt::close);
      batch.clear();
    }
  }

  private void add(double[] scores, Means means) {
    double total = 0;
    boolean applies = false;
    for (int k = 0; k < scores.length; k++) {
      if (!Double.isNaN(scores[k])) {
        means.add("eval/" + judge.names().get(k), scores[k], 1);
        total += judge.weights()[k] * scores[k];
        applies = true;
      }
    }
    if (applies) {
      means.add("eval/reward", total, 1);
    }
  }
}

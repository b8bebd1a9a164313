package io.vlmr1.grpo;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.Score;
import io.vlmr1.rollout.Generated;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Puts completions into words and lets every reward score them.
 *
 * @param rewards with their weights, in the order of the spec
 * @param words text of token ids, special tokens left out
 * @param patchSide side of a patch in pixels
 */
public record Judge(List<Weighted> rewards, Function<int[], String> words, int patchSide) {
  public Judge {
    rewards = List.copyOf(rewards);
  }

  /**
   * A term of the weighted sum.
   *
   * @param reward that scores
   * @param weight of its score
   */
  public record Weighted(Reward reward, double weight) {}

  /**
   * What was said of a completion.
   *
   * @param text the model's words
   * @param scores one a reward, in their order
   */
  public record Verdict(String text, List<Score> scores) {
    /** The scores as numbers, NaN where one does not apply. */
    double[] values() {
      return scores.stream().mapToDouble(score -> score.value().orElse(Double.NaN)).toArray();
    }

    /** Which of the rewards failed. */
    boolean[] failures() {
      boolean[] failures = new boolean[scores.size()];
      for (int i = 0; i < failures.length; i++) {
        failures[i] = scores.get(i).failed();
      }
      return failures;
    }
  }

  /** Names of the rewards. */
  public List<String> names() {
    return rewards.stream().map(weighted -> weighted.reward().name()).toList();
  }

  /** Weights of the rewards. */
  public double[] weights() {
    return rewards.stream().mapToDouble(Weighted::weight).toArray();
  }

  /** A verdict on each completion, in order; each reward sees all of them at once. */
  List<Verdict> judge(List<Sampled> sampled) {
    List<Completion> completions = new ArrayList<>();
    for (Sampled group : sampled) {
      List<Completion.PictureSize> pictures =
          group.prompt().prepared().images().stream().map(this::size).toList();
      for (Generated generated : group.completions()) {
        completions.add(
            new Completion(
                words.apply(generated.ids()),
                generated.ids().length,
                group.prompt().row(),
                pictures));
      }
    }
    List<List<Score>> columns =
        rewards.stream().map(weighted -> weighted.reward().scores(completions)).toList();
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < completions.size(); i++) {
      int at = i;
      verdicts.add(
          new Verdict(
              completions.get(i).text(), columns.stream().map(column -> column.get(at)).toList()));
    }
    return verdicts;
  }

  private Completion.PictureSize size(PreparedImage image) {
    return new Completion.PictureSize(
        image.width(),
        image.height(),
        image.gridWidth() * patchSide,
        image.gridHeight() * patchSide);
  }
}

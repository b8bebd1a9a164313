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
  }

  /** Names of the rewards. */
  public List<String> names() {
    return rewards.stream().map(weighted -> weighted.reward().name()).toList();
  }

  /** Weights of the rewards. */
  public double[] weights() {
    return rewards.stream().mapToDouble(Weighted::weight).toArray();
  }

  /** A verdict on each completion, in order. */
  List<Verdict> judge(List<Sampled> sampled) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Sampled group : sampled) {
      List<Completion.PictureSize> pictures =
          group.prompt().prepared().images().stream().map(this::size).toList();
      for (Generated generated : group.completions()) {
        String text = words.apply(generated.ids());
        Completion completion =
            new Completion(text, generated.ids().length, group.prompt().row(), pictures);
        List<Score> scores =
            rewards.stream().map(weighted -> weighted.reward().score(completion)).toList();
        verdicts.add(new Verdict(text, scores));
      }
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

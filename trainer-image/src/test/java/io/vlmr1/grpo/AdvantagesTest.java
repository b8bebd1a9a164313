package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.api.v1alpha1.GrpoSpec.ScaleRewards;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
  private static final double[] ONE = {1};

  @Test
  void twoCompletionsWithRewardsZeroAndOneHaveTheKnownAnswer() {
    double expected = 0.5 / (Math.sqrt(0.5) + 1e-4);
    assertThat(Advantages.of(new double[][] {{0}, {1}}, ONE, 2, ScaleRewards.GROUP).values())
        .containsExactly(new double[] {-expected, expected}, within(1e-12));
  }

  @Test
  void equalRewardsTeachNothing() {
    Advantages advantages =
        Advantages.of(new double[][] {{0.7}, {0.7}, {0.7}}, ONE, 3, ScaleRewards.GROUP);
    assertThat(advantages.values()).containsExactly(new double[3], within(1e-9));
    assertThat(advantages.fractionZeroStd()).isEqualTo(1);
  }

  @Test
  void aRowToWhichNoRewardAppliesTakesNoPartInTheStatistics() {
    double nan = Double.NaN;
    Advantages with = Advantages.of(new double[][] {{nan}, {0}, {1}}, ONE, 3, ScaleRewards.GROUP);
    Advantages without = Advantages.of(new double[][] {{0}, {1}}, ONE, 2, ScaleRewards.GROUP);
    assertThat(with.values()[0]).isZero();
    assertThat(List.of(with.values()[1], with.values()[2]))
        .containsExactly(without.values()[0], without.values()[1]);
    assertThat(with.reward()).isEqualTo(0.5);
  }

  @Test
  void aRewardThatDoesNotApplyIsLeftOutOfTheSumAndOfItsOwnMean() {
    double[][] rewards = {{1, Double.NaN}, {0, 0.5}};
    Advantages advantages = Advantages.of(rewards, new double[] {1, 2}, 2, ScaleRewards.NONE);
    Map<String, Double> metrics = new LinkedHashMap<>();
    advantages.write(metrics, rewards, List.of("accuracy", "format"));
    assertThat(advantages.totals()).containsExactly(1, 1);
    assertThat(metrics)
        .containsEntry("rewards/accuracy/mean", 0.5)
        .containsEntry("rewards/format/mean", 0.5)
        .containsEntry("rewards/format/std", 0.0);
  }
}

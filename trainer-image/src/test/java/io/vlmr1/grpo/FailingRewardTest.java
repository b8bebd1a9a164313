package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.dist.SingleRank;
import io.vlmr1.reward.LocalServer;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Rewards;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training with an endpoint that drops every connection. */
class FailingRewardTest {
  private static final int PROMPTS = 4;

  @Test
  void trainingGoesOnAndCountsWhatCouldNotBeScored() throws Exception {
    try (LocalServer server = new LocalServer((exchange, body) -> exchange.close());
        TinyTraining training =
            new TinyTraining(
                new TinyTraining.Setup(TrainingLoopTest.spec(1), PROMPTS, 4, 3, null),
                new SingleRank())) {
      RewardSpec style =
          new RewardSpec(
              "style", 0.5, "http", null, false, server.url("/"), null, null, 2.0, 0, null);
      training.further.add(
          new Judge.Weighted(
              Rewards.of(List.of(style), new RewardContext(Task.DEFAULT, "x")).rewards().get(0),
              0.5));

      long steps = training.run(() -> false);

      assertThat(steps).isEqualTo(3);
      assertThat(training.metrics).hasSize(3);
      assertThat(training.metrics)
          .allSatisfy(
              step -> {
                assertThat(step.get("rewards/style/failures")).isEqualTo(PROMPTS * 4.0);
                assertThat(step.get("reward")).isFinite();
              });
      assertThat(server.bodies()).hasSize(3);
    }
  }
}

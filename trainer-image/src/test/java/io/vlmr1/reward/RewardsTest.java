package io.vlmr1.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import io.vlmr1.reward.Completion.PictureSize;
import io.vlmr1.reward.accuracy.AccuracyMethods;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RewardsTest {
  private static final RewardContext REC = new RewardContext(Task.REC, "qwen2_5_vl");

  @Test
  void addsUpTheWeightedScoresThatApply() {
    Rewards rewards =
        Rewards.of(List.of(new RewardSpec("accuracy", 2.0), new RewardSpec("format", 0.5)), REC);

    Rewards.Verdict right = rewards.score(completion("[10, 20, 30, 40]", BOX_TEXT));
    Rewards.Verdict unusable = rewards.score(completion("a dog", BOX_TEXT));

    assertThat(right.total().orElseThrow()).isCloseTo(2.5, within(1e-9));
    assertThat(unusable.scores().get(0).value()).isEmpty();
    assertThat(unusable.total().orElseThrow()).isCloseTo(0.5, within(1e-9));
  }

  private static final String BOX_TEXT =
      "<think>there</think><answer>{\"bbox_2d\": [10, 20, 30, 40]}</answer>";

  @Test
  void saysWhyACompletionGotItsScore() {
    Reward accuracy = new AccuracyProvider().reward(REC);

    assertThat(accuracy.score(completion("[10, 20, 30, 60]", BOX_TEXT)).reason())
        .isEqualTo("IoU 0.50 of [10, 20, 30, 40] with [10, 20, 30, 60]");
    assertThat(accuracy.score(completion("[10, 20, 30, 40]", "left")).reason())
        .isEqualTo("no <answer> with </answer>");
    assertThat(
            accuracy.score(completion("[1, 2, 3, 4]", "<answer>[1.5, 2, 3, 4]</answer>")).reason())
        .isEqualTo("no [x1, y1, x2, y2] of whole numbers in the answer");
  }

  @Test
  void refusesRowsThatNoCompletionCouldAnswer() {
    Rewards boxes = Rewards.of(List.of(new RewardSpec("accuracy", 1.0)), REC);
    Rewards texts =
        Rewards.of(List.of(new RewardSpec("accuracy", 1.0)), new RewardContext(Task.DEFAULT, "x"));
    Row unknown = row("a dog", "mcp");

    assertThat(boxes.problems(row("a dog", "default")))
        .containsExactly("the answer \"a dog\" is no box; task rec needs [x1, y1, x2, y2]");
    assertThat(boxes.problems(row("[1, 2, 3, 4]", "mcp"))).hasSize(1);
    assertThat(boxes.problems(row("[1, 2, 3.5, 4]", "default"))).isEmpty();
    assertThat(texts.problems(unknown))
        .containsExactly("unknown reward method \"mcp\"; use one of " + sorted());
  }

  private static String sorted() {
    return AccuracyMethods.names().stream().sorted().toList().toString();
  }

  @Test
  void namesTheFieldOfAnUnknownReward() {
    assertThatThrownBy(() -> Rewards.of(List.of(new RewardSpec("beauty", 1.0)), REC))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining(
            "spec.rewards[0].name: \"beauty\" is not known; use one of [accuracy,");
  }

  @Test
  void givesUpARewardThatNeverEnds() {
    CountDownLatch never = new CountDownLatch(1);
    Reward stuck =
        new Reward() {
          @Override
          public String name() {
            return "stuck";
          }

          @Override
          public Score score(Completion completion) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Score.of(1, "ended");
          }
        };

    Score score =
        new TimeLimited("stuck", stuck, Duration.ofMillis(50)).score(completion("x", "y"));

    assertThat(score.value()).hasValue(0);
    assertThat(score.failed()).isTrue();
    assertThat(score.reason()).startsWith("took more than");
  }

  @Test
  void tellsTheErrorOfARewardInsteadOfStopping() {
    Reward broken =
        new Reward() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public Score score(Completion completion) {
            throw new IllegalStateException("no network");
          }
        };

    assertThat(
            new TimeLimited("broken", broken, Duration.ofSeconds(5))
                .score(completion("x", "y"))
                .reason())
        .contains("no network");
  }

  @Test
  void staysFastOnTextsMadeToMakeItSlow() {
    Rewards rewards =
        Rewards.of(List.of(new RewardSpec("accuracy", 1.0), new RewardSpec("format", 1.0)), REC);
    List<String> texts =
        List.of(
            "<think>".repeat(20_000),
            "<think></think> ".repeat(10_000),
            "<think></think><answer>" + "[1".repeat(50_000),
            "<think></think><answer>{" + "[1, ".repeat(30_000) + "</answer>",
            "<answer>[" + "9".repeat(20_000) + "</answer>");

    for (String text : texts) {
      assertThat(rewards.score(completion("[10, 20, 30, 40]", text)).scores())
          .allSatisfy(score -> assertThat(score.value().orElse(-1)).isEqualTo(0.0));
    }
  }

  private static Completion completion(String truth, String text) {
    return new Completion(
        text, 10, row(truth, "default"), List.of(new PictureSize(112, 112, 112, 112)));
  }

  private static Row row(String truth, String method) {
    return new Row(
        Path.of("d.jsonl"),
        1,
        "1",
        "Q",
        "<answer> " + truth + " </answer>",
        List.of(),
        method,
        Map.of());
  }
}

package io.vlmr1.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A learned model and a class on the class path, both asked for by the spec. */
class LearnedRewardTest {
  private static final String FOLDER = "src/test/resources/reward/model";

  /** The tiny model adds its ids up and halves them: "question" is 2, "good" 5, "bad" 1. */
  @Test
  void scoresProblemAndCompletionByAnOnnxModel() {
    Reward reward = reward("taste", "model", FOLDER, null);

    assertThat(reward.score(completion("good")).value()).hasValue((2 + 5) / 2.0);
    assertThat(reward.score(completion("good bad \ud800")).value()).hasValue((2 + 5 + 1) / 2.0);
    assertThat(reward.score(completion("good")).reason()).isEqualTo("the model says 3.5000");
  }

  @Test
  void namesTheFileThatAFolderLacks() {
    assertThatThrownBy(() -> reward("taste", "model", "src/test", null))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("spec.rewards[taste].model: no model.onnx in src/test");
  }

  @Test
  void findsAClassOnTheClassPathByItsName() {
    Reward reward = reward("short", "java", null, "brevity");

    assertThat(reward.name()).isEqualTo("short");
    assertThat(reward.score(completion("good")).value()).hasValue(0.25);
    assertThatThrownBy(() -> reward("short", "java", null, "wit"))
        .hasMessageContaining("spec.rewards[0].provider: \"wit\" is not known; use one of [");
  }

  /** One over the number of letters. */
  public static final class Brevity implements RewardProvider {
    @Override
    public String name() {
      return "brevity";
    }

    @Override
    public Reward reward(RewardContext context) {
      return new Reward() {
        @Override
        public String name() {
          return "brevity";
        }

        @Override
        public Score score(Completion completion) {
          return Score.of(1.0 / completion.text().length(), "by its letters");
        }
      };
    }
  }

  private static Reward reward(
      String name, String kind, @Nullable String model, @Nullable String provider) {
    RewardSpec spec =
        new RewardSpec(name, 1.0, kind, null, false, null, model, provider, 30.0, 2, null);
    return Rewards.of(List.of(spec), new RewardContext(Task.DEFAULT, "x")).rewards().get(0);
  }

  private static Completion completion(String text) {
    Row row = new Row(Path.of("d.jsonl"), 1, "", "question", "x", List.of(), "default", Map.of());
    return new Completion(text, 3, row, List.of());
  }
}

package io.vlmr1.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.TinyModel;
import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.model.PreparedPrompt;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static final PreparedPrompt FIRST = new PreparedPrompt(new int[] {5, 6, 7}, List.of());
  private static final PreparedPrompt SECOND = new PreparedPrompt(new int[] {9}, List.of());
  private static final SamplingSpec PLAIN = SamplingSpec.defaults();

  @Test
  void aCompletionEndsWithItsFirstEndTokenOrAtTheLimit() {
    try (TinyModel model = new TinyModel(12, 1)) {
      List<Generated> all =
          new Rollout(model, PLAIN, 6).generate(List.of(FIRST, SECOND), 20, Draws.inOrder(1, 1, 2));
      assertThat(all).hasSize(40);
      assertThat(all).anyMatch(Generated::truncated).anyMatch(one -> !one.truncated());
      for (Generated one : all) {
        long ends = Arrays.stream(one.ids()).filter(id -> id == 0).count();
        boolean last = one.ids()[one.ids().length - 1] == 0;
        assertThat(ends).isEqualTo(one.truncated() ? 0 : 1);
        assertThat(last).isNotEqualTo(one.truncated());
        assertThat(one.truncated() ? one.ids().length : 6).isEqualTo(6);
        assertThat(one.ids()).doesNotContain(1);
      }
    }
  }

  @Test
  void aPromptGetsTheSameCompletionsAloneAsBesideOthers() {
    try (TinyModel model = new TinyModel(12, 2)) {
      Rollout rollout = new Rollout(model, PLAIN, 8);
      List<Generated> together =
          rollout.generate(
              List.of(FIRST, SECOND),
              3,
              new Draws(1, 4, List.of(new Draws.Place(10, 0), new Draws.Place(11, 0))));
      List<Generated> alone =
          rollout.generate(List.of(SECOND), 3, new Draws(1, 4, List.of(new Draws.Place(11, 0))));
      assertThat(together.subList(3, 6)).usingRecursiveComparison().isEqualTo(alone);
    }
  }

  @Test
  void anotherStepDrawsOtherCompletions() {
    try (TinyModel model = new TinyModel(12, 2)) {
      Rollout rollout = new Rollout(model, PLAIN, 8);
      assertThat(rollout.generate(List.of(FIRST), 4, Draws.inOrder(1, 1, 2)))
          .usingRecursiveComparison()
          .isNotEqualTo(rollout.generate(List.of(FIRST), 4, Draws.inOrder(1, 2, 1)));
    }
  }
}

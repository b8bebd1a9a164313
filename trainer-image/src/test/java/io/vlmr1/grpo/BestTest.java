package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.api.v1alpha1.ValidationSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BestTest {
  @Test
  void remembersTheBestAndCountsWhatBroughtNothing() {
    Best best = new Best(new ValidationSpec(10, null, null, null, 2, 0.01), Method.GRPO);
    assertThat(best.improves(5, Map.of("reward", 3.0))).as("no validation").isFalse();
    assertThat(best.improves(10, Map.of("eval/reward", 0.5))).isTrue();
    assertThat(best.improves(20, Map.of("eval/reward", 0.505)))
        .as("within the threshold")
        .isFalse();
    assertThat(best.enough()).isFalse();
    assertThat(best.improves(30, Map.of("eval/reward", 0.6))).isTrue();
    assertThat(best.improves(40, Map.of("eval/reward", 0.1))).isFalse();
    assertThat(best.improves(50, Map.of("eval/reward", 0.2))).isFalse();
    assertThat(best.enough()).isTrue();
    assertThat(best.step()).isEqualTo(30);
    assertThat(best.value()).isEqualTo(0.6);
  }

  @Test
  void aLossIsBetterWhenItIsSmaller() {
    Best best = new Best(new ValidationSpec(100, null, null, null, null, 0.0), Method.SFT);
    assertThat(best.metric()).isEqualTo("eval/loss");
    assertThat(best.improves(1, Map.of("eval/loss", 2.0))).isTrue();
    assertThat(best.improves(2, Map.of("eval/loss", 1.0))).isTrue();
    assertThat(best.improves(3, Map.of("eval/loss", 1.5))).isFalse();
    assertThat(best.enough()).isFalse();
  }

  @Test
  void validatesAtItsPaceAndAfterTheLastStep() {
    Best best = new Best(new ValidationSpec(4, null, null, null, null, 0.0), Method.GRPO);
    assertThat(best.due(4, 10)).isTrue();
    assertThat(best.due(6, 10)).isFalse();
    assertThat(best.due(10, 10)).isTrue();
  }
}

package io.vlmr1.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.RestartPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
  @ParameterizedTest(name = "after {0} fruitless attempts {1} s")
  @CsvSource({"0, 0", "1, 5", "2, 10", "3, 20", "6, 160", "7, 300", "1000, 300"})
  void theWaitDoublesUpToTheLongest(int fruitless, long seconds) {
    assertThat(BackOff.wait(RestartPolicy.defaults(), fruitless).toSeconds()).isEqualTo(seconds);
  }

  @Test
  void noWaitIsNoWait() {
    RestartPolicy none = new RestartPolicy(3, 100, 0, 300, 1800, 120);
    assertThat(BackOff.wait(none, 9).isZero()).isTrue();
  }
}

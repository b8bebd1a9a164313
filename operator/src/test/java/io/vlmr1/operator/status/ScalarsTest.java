package io.vlmr1.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarsTest {
  @ParameterizedTest(name = "{0} s is {1}")
  @CsvSource({
    "0, 0s",
    "59, 59s",
    "60, 1m00s",
    "185, 3m05s",
    "3600, 1h00m",
    "4800, 1h20m",
    "360000, 100h00m"
  })
  void theTimeLeftIsShort(long seconds, String told) {
    assertThat(Scalars.eta(seconds)).isEqualTo(told);
  }
}

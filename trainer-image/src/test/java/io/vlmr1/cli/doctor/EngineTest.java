package io.vlmr1.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.tensor.Natives;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EngineTest {
  @BeforeAll
  static void load() {
    Natives.load();
  }

  @Test
  void aTypeThatIsOnlyImitatedIsToldWithoutALargeProduct() {
    Finding found =
        Engine.rate(
            "bfloat16",
            4e8,
            () -> {
              throw new AssertionError("it would take minutes");
            });
    assertThat(found.state()).isEqualTo(Finding.State.WARN);
    assertThat(found.detail()).contains("0.4 GFLOP/s", "another precision");
  }

  @Test
  void theLargeProductsRateIsToldWhereTheSmallOneIsFast() {
    Finding found = Engine.rate("float32", 5e10, () -> 2e11);
    assertThat(found.state()).isEqualTo(Finding.State.OK);
    assertThat(found.detail()).contains("200 GFLOP/s");
  }
}

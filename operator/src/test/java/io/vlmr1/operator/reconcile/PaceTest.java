package io.vlmr1.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final Pace pace = new Pace(20);

  @Test
  void aFewStartAtOnceAndTheRestOneAfterTheOther() {
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 31; i++) {
      waits.add(pace.left("job-" + i, NOON).orElse(Duration.ZERO));
    }
    assertThat(waits.subList(0, 11)).containsOnly(Duration.ZERO);
    assertThat(waits.get(12)).isEqualTo(Duration.ofMillis(100));
    assertThat(waits.get(30)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aJobThatIsLookedAtAgainKeepsItsTurn() {
    for (int i = 0; i < 20; i++) {
      assertThat(pace.left("job-" + i, NOON).isPresent()).isEqualTo(i > 10);
    }
    assertThat(pace.left("late", NOON)).contains(Duration.ofMillis(500));
    assertThat(pace.left("late", NOON.plusMillis(200))).contains(Duration.ofMillis(300));
    assertThat(pace.left("late", NOON.plusMillis(500))).isEmpty();
  }

  @Test
  void afterAQuietTimeNobodyWaits() {
    for (int i = 0; i < 200; i++) {
      assertThat(pace.left("job-" + i, NOON).isPresent()).isEqualTo(i > 10);
    }
    assertThat(pace.left("later", NOON.plusSeconds(60))).isEmpty();
  }
}

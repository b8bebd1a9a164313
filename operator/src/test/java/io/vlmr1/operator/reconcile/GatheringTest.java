package io.vlmr1.operator.reconcile;

import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.PodSeen.State.PENDING;
import static io.vlmr1.operator.observe.PodSeen.State.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.Seen;
import io.vlmr1.operator.decide.Rules;
import io.vlmr1.operator.status.NextStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String OPEN = "{attempt: 1, attempts: [{number: 1}]}";

  private final Gathering gathering = new Gathering();
  private final GrpoJobStatus nothing = GrpoJobStatus.empty();
  private final GrpoJobStatus started = after(Seen.job());
  private final GrpoJobStatus running = after(open().worker(1, 0, RUNNING).worker(1, 1, RUNNING));

  private static Seen open() {
    return Seen.job().status(OPEN).attempt(1, ACTIVE);
  }

  private static GrpoJobStatus after(Seen seen) {
    return NextStatus.after(seen.now(), Rules.decide(seen.now()), failure -> failure);
  }

  private static GrpoJob written(String uid) {
    GrpoJob job = Seen.job().now().job();
    job.getMetadata().setUid(uid);
    return job;
  }

  @Test
  void aStartThatWaitsCountsAsTheStatusUntilItIsWritten() {
    assertThat(gathering.left("a", nothing, started, NOON)).isPresent();
    assertThat(gathering.latest(written("a")).getStatus()).isEqualTo(started);
    assertThat(gathering.latest(written("another")).getStatus()).isNotEqualTo(started);
  }

  @Test
  void whatComesOfAStartIsWrittenWithItAtOnce() {
    assertThat(gathering.left("a", nothing, started, NOON)).isPresent();
    assertThat(gathering.left("a", nothing, running, NOON.plusSeconds(1))).isEmpty();
    assertThat(gathering.latest(written("a")).getStatus()).isNotEqualTo(started);
  }

  @Test
  void aStartOfWhichNothingComesIsToldAfterSomeSeconds() {
    Duration wait = gathering.left("a", nothing, started, NOON).orElseThrow();
    assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
    assertThat(gathering.left("a", nothing, started, NOON.plus(wait).minusMillis(1))).isPresent();
    assertThat(gathering.left("a", nothing, started, NOON.plus(wait))).isEmpty();
  }

  @Test
  void theMoreStartsWaitTheLongerEachMay() {
    for (int i = 0; i < 200; i++) {
      assertThat(gathering.left("other-" + i, nothing, started, NOON)).isPresent();
    }
    assertThat(gathering.left("a", nothing, started, NOON).orElseThrow())
        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  @Test
  void workersThatComeUpOneByOneAreToldTogether() {
    GrpoJobStatus none = after(open().worker(1, 0, PENDING).worker(1, 1, PENDING));
    GrpoJobStatus one = after(open().worker(1, 0, RUNNING).worker(1, 1, PENDING));
    assertThat(gathering.left("a", none, one, NOON)).contains(Duration.ofSeconds(5));
    assertThat(gathering.left("a", none, none, NOON.plusSeconds(1)))
        .as("nothing is left to write")
        .isEmpty();
    assertThat(gathering.left("a", none, one, NOON.plusSeconds(9)))
        .as("a new change, with a time of its own")
        .contains(Duration.ofSeconds(5));
  }
}

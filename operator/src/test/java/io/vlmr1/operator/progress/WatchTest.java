package io.vlmr1.operator.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.Progress;
import io.vlmr1.operator.observe.ProgressSeen;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final Hands clock = new Hands();

  private final Watch watch = new Watch(2, URI.create("http://10.0.0.1:8080/progress"), clock);

  @Test
  void anAttemptGoesOnFromTheStepThatItTellsWhileItLoads() {
    watch.take(progress(4, Progress.State.LOADING, null));
    watch.take(progress(6, Progress.State.TRAINING, null));
    assertThat(seen().firstStep()).isEqualTo(4);
  }

  @Test
  void anAttemptThatTrainsAlreadyWentOnFromItsCheckpoint() {
    watch.take(progress(6, Progress.State.TRAINING, null));
    assertThat(seen().firstStep()).isEqualTo(4);
  }

  @Test
  void anAnswerOfAnotherAttemptIsNotTaken() {
    Progress other = Answers.of(7, 9, Progress.State.DONE, null);
    assertThat(watch.take(other)).isFalse();
    assertThat(watch.seen()).isEmpty();
  }

  @Test
  void onlyAStepOrAnotherStateIsAMove() {
    watch.take(progress(5, Progress.State.TRAINING, null));
    clock.now = NOON.plusSeconds(60);
    assertThat(watch.take(progress(5, Progress.State.TRAINING, null))).isFalse();
    assertThat(seen().movedAt()).isEqualTo(NOON);
    assertThat(watch.take(progress(6, Progress.State.TRAINING, null))).isTrue();
    assertThat(seen().movedAt()).isEqualTo(NOON.plusSeconds(60));
  }

  @Test
  void anOperatorStartedLaterTakesTheWorkersOwnTime() {
    watch.take(progress(5, Progress.State.TRAINING, "2026-03-01T11:30:00Z"));
    assertThat(seen().movedAt()).isEqualTo("2026-03-01T11:30:00Z");
  }

  @Test
  void aWorkersClockThatIsAheadIsNotBelieved() {
    watch.take(progress(5, Progress.State.TRAINING, "2027-01-01T00:00:00Z"));
    assertThat(seen().movedAt()).isEqualTo(NOON);
  }

  @Test
  void aJobThatTrainsIsAskedOnceAPeriod() {
    assertThat(watch.due(PERIOD)).isTrue();
    watch.ask();
    watch.take(progress(5, Progress.State.TRAINING, null));
    assertThat(timesAsked(60)).as("in a minute").isEqualTo(60 / (int) PERIOD.toSeconds());
  }

  @Test
  void aJobThatLoadsIsAskedEverySecond() {
    watch.take(progress(4, Progress.State.LOADING, null));
    assertThat(timesAsked(120)).isEqualTo(120);
  }

  @Test
  void aJobThatNeverAnswersIsAskedSeldom() {
    assertThat(timesAsked(3)).as("at first").isEqualTo(3);
    assertThat(timesAsked(27)).as("after a third of its silence").isEqualTo(5);
    timesAsked(90);
    assertThat(timesAsked(300)).as("once in six periods").isEqualTo(300 / 6 / 5);
  }

  /** Within the next seconds, when it could be asked each second. */
  private int timesAsked(int seconds) {
    int asked = 0;
    for (int i = 0; i < seconds; i++) {
      clock.now = clock.now.plusSeconds(1);
      if (watch.due(PERIOD)) {
        watch.ask();
        asked++;
      }
    }
    return asked;
  }

  private ProgressSeen seen() {
    return watch.seen().orElseThrow();
  }

  private static Progress progress(int step, Progress.State state, @Nullable String updatedAt) {
    return Answers.of(2, step, state, updatedAt);
  }

  /** A clock that stands until it is set. */
  private static final class Hands extends Clock {
    Instant now = NOON;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}

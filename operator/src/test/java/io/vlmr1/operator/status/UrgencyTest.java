package io.vlmr1.operator.status;

import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.PodSeen.State.PENDING;
import static io.vlmr1.operator.observe.PodSeen.State.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.Seen;
import io.vlmr1.operator.decide.Rules;
import org.junit.jupiter.api.Test;

/** What may wait to be written, and what may not. */
class UrgencyTest {
  private static final String OPEN = "{attempt: 1, attempts: [{number: 1}]}";

  @Test
  void anotherWorkerOfManyIsNoNewsButTheLastOneIs() {
    GrpoJobStatus none = after(open().worker(1, 0, PENDING).worker(1, 1, PENDING));
    GrpoJobStatus one = after(open().worker(1, 0, RUNNING).worker(1, 1, PENDING));
    GrpoJobStatus all = after(open().worker(1, 0, RUNNING).worker(1, 1, RUNNING));
    assertThat(none).isNotEqualTo(one);
    assertThat(Urgency.of(none, one)).isEqualTo(Urgency.NUMBERS);
    assertThat(Urgency.of(one, all)).isEqualTo(Urgency.NEWS);
  }

  @Test
  void stepsAreNoNewsAndAFailureIs() {
    GrpoJobStatus three =
        after(open().worker(1, 0, RUNNING).worker(1, 1, RUNNING).progress(0, 3, 1));
    GrpoJobStatus four =
        after(open().worker(1, 0, RUNNING).worker(1, 1, RUNNING).progress(0, 4, 1));
    assertThat(three).isNotEqualTo(four);
    assertThat(Urgency.of(three, four)).isEqualTo(Urgency.NUMBERS);
    assertThat(Urgency.of(four, after(open().ended(1, 0, 1, "x").worker(1, 1, RUNNING))))
        .isEqualTo(Urgency.NEWS);
  }

  @Test
  void theFirstStartMayWaitForWhatComesOfItAndNoOther() {
    GrpoJobStatus nothing = Seen.job().now().status();
    GrpoJobStatus started = after(Seen.job());
    assertThat(started.phase()).isEqualTo(Phase.PREPARING);
    assertThat(Urgency.of(nothing, started)).isEqualTo(Urgency.START);
    GrpoJobStatus running = after(open().worker(1, 0, RUNNING).worker(1, 1, RUNNING));
    assertThat(Urgency.of(nothing, running)).isEqualTo(Urgency.NEWS);
    GrpoJobStatus failed = after(open().ended(1, 0, 1, "x").worker(1, 1, RUNNING));
    assertThat(Urgency.of(nothing, failed)).isEqualTo(Urgency.NEWS);
    assertThat(Urgency.of(failed, started)).isEqualTo(Urgency.NEWS);
  }

  private static Seen open() {
    return Seen.job().status(OPEN).attempt(1, ACTIVE);
  }

  private static GrpoJobStatus after(Seen seen) {
    return NextStatus.after(seen.now(), Rules.decide(seen.now()), failure -> failure);
  }
}

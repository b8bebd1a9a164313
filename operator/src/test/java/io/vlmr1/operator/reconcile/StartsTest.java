package io.vlmr1.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.vlmr1.operator.Seen;
import io.vlmr1.operator.decide.Rules;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StartsTest {
  private static final String FIRST = "shapes";

  private final Starts starts = new Starts(2, Clock.fixed(Seen.NOON, ZoneOffset.UTC));
  private final List<String> woken = new ArrayList<>();

  @BeforeEach
  void listen() {
    starts.setEventHandler(
        (Event event) -> woken.add(event.getRelatedCustomResourceID().getName()));
  }

  @Test
  void theNextJobIsWokenWhenAllPodsOfTheFirstAreMade() {
    assertThat(admits(FIRST, Seen.job())).isTrue();
    assertThat(admits("second", Seen.job())).isFalse();
    assertThat(starts.patience(named(FIRST, Seen.job()).job())).contains(StartWindow.LONGEST);
    assertThat(starts.patience(named("second", Seen.job()).job())).isEmpty();

    Seen half = Seen.job().attempt(1, JobSeen.State.ACTIVE).worker(1, 0, PodSeen.State.PENDING);
    assertThat(admits(FIRST, half)).isTrue();
    assertThat(woken).isEmpty();
    assertThat(admits(FIRST, half.worker(1, 1, PodSeen.State.PENDING))).isTrue();
    assertThat(woken).containsExactly("second");
    assertThat(admits("second", Seen.job())).isTrue();
    assertThat(starts.patience(named(FIRST, Seen.job()).job())).isEmpty();
  }

  @Test
  void aJobThatIsRefusedOrDeletedGivesItsPlaceToTheNext() {
    admits(FIRST, Seen.job());
    admits("second", Seen.job());
    admits("third", Seen.job());
    starts.forget(named(FIRST, Seen.job()).job());
    assertThat(woken).containsExactly("second");
    starts.onResourceDeleted(named("second", Seen.job()).job());
    assertThat(woken).containsExactly("second", "third");
  }

  @Test
  void aJobThatWaitsInAQueueHoldsNobodyBack() {
    admits(FIRST, Seen.job());
    admits("second", Seen.job());
    assertThat(admits(FIRST, Seen.job().queued(1))).isTrue();
    assertThat(woken).containsExactly("second");
  }

  private boolean admits(String name, Seen job) {
    Observed seen = named(name, job);
    return starts.admits(seen, Rules.decide(seen));
  }

  /** Its pods are found as long as it has the name that it had. */
  private static Observed named(String name, Seen job) {
    Observed seen = job.now();
    seen.job().getMetadata().setUid("uid of " + name);
    seen.job().getMetadata().setName(name);
    return seen;
  }
}

package io.vlmr1.operator.decide;

import static io.vlmr1.operator.Seen.job;
import static io.vlmr1.operator.observe.JobSeen.State.FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.operator.Seen;
import org.junit.jupiter.api.Test;

/** Which worker fell first, and whose fault it was. */
class RootCauseTest {
  private static final String OPEN = "{attempt: 1, attempts: [{number: 1}]}";

  @Test
  void theFirstToFallIsTheCause() {
    Ending ending =
        of(attempt().ended(1, 0, 1, "Error", "late", 3).ended(1, 1, 137, "Error", null, 8));
    assertThat(ending.failure().pod()).isEqualTo("shapes-1-1-abcde");
    assertThat(ending.failure().node()).isEqualTo("node-1");
    assertThat(ending.cause()).isEqualTo("Killed (exit code 137)");
  }

  @Test
  void ranksThatOnlyLostTheirPeerAreNotTheCauseEvenIfSeenFirst() {
    Ending ending =
        of(
            attempt()
                .ended(1, 0, 17, "Error", "peer lost", 30)
                .ended(1, 1, 137, "OOMKilled", null, 5));
    assertThat(ending.cause()).isEqualTo("OOMKilled (exit code 137)");
    assertThat(ending.kind()).isEqualTo(Ending.Kind.FAILURE);
  }

  @Test
  void aLostNodeIsTheCauseWhenOthersOnlyLostTheirPeer() {
    Ending ending = of(attempt().ended(1, 0, 17, null).disrupted(1, 1, "DeletionByTaintManager"));
    assertThat(ending.kind()).isEqualTo(Ending.Kind.DISRUPTION);
    assertThat(ending.cause()).isEqualTo("DeletionByTaintManager");
  }

  @Test
  void aPodThatSomebodyDeletedIsADisruption() {
    assertThat(of(attempt().ended(1, 0, 143, null)).kind()).isEqualTo(Ending.Kind.DISRUPTION);
  }

  @Test
  void whatWasKnownBeforeIsKeptWhenItsPodIsGone() {
    Seen later =
        job()
            .status(
                """
                attempt: 1
                attempts: [{number: 1}]
                failure: {pod: shapes-1-1-abcde, exitCode: 1, reason: Internal, log: the last line}
                """)
            .attempt(1, FAILED)
            .ended(1, 0, 17, null);
    Ending ending = of(later);
    assertThat(ending.failure().reason()).isEqualTo("Internal");
    assertThat(ending.failure().log()).isEqualTo("the last line");
  }

  @Test
  void theFailureOfAnEarlierAttemptIsNotTheCauseOfThisOne() {
    Seen second =
        job()
            .status(
                """
                attempt: 2
                attempts: [{number: 1, end: '2026-03-01T11:00:00Z'}, {number: 2}]
                failure: {pod: shapes-1-1-abcde, exitCode: 1, reason: Internal}
                """)
            .attempt(2, FAILED)
            .ended(2, 0, 17, "rank 1 is gone");
    assertThat(of(second).failure().reason()).isEqualTo("PeerLost");
  }

  @Test
  void theWorkersOwnWordsAreTold() {
    String message = "{\"exitCode\":14,\"reason\":\"OUTPUT_VOLUME\",\"message\":\"/output: full\"}";
    Ending ending = of(attempt().ended(1, 0, 14, message));
    assertThat(ending.failure().message()).isEqualTo("/output: full");
    assertThat(ending.failure().reason()).isEqualTo("OutputVolume");
    assertThat(RootCause.retryHelps(ending.failure())).isFalse();
  }

  @Test
  void aWorkerThatCouldNotWriteItsLastWordsLeavesTheEndOfItsLog() {
    assertThat(of(attempt().ended(1, 0, 134, "SIGABRT in libtorch")).failure().message())
        .isEqualTo("SIGABRT in libtorch");
  }

  private static Seen attempt() {
    return job().status(OPEN).attempt(1, FAILED);
  }

  private static Ending of(Seen seen) {
    return RootCause.of(seen.now());
  }
}

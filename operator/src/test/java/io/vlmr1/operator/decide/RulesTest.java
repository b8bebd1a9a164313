package io.vlmr1.operator.decide;

import static io.vlmr1.operator.Seen.NOON;
import static io.vlmr1.operator.Seen.job;
import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.JobSeen.State.COMPLETE;
import static io.vlmr1.operator.observe.JobSeen.State.FAILED;
import static io.vlmr1.operator.observe.JobSeen.State.FAILING;
import static io.vlmr1.operator.observe.PodSeen.State.PENDING;
import static io.vlmr1.operator.observe.PodSeen.State.RUNNING;
import static io.vlmr1.operator.observe.PodSeen.State.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.operator.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The life of a job as a table: what was seen, and what follows. */
class RulesTest {
  private static final String OPEN = "{attempt: 1, attempts: [{number: 1}]}";
  private static final String TRAINED =
      "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:00Z', cause: Completed}]}";

  @Test
  void aNewJobStarts() {
    assertThat(decide(job())).isEqualTo(new Decision.Start(1));
  }

  @Test
  void anInvalidJobIsRefusedAndNothingStarts() {
    assertThat(decide(job("rewards: [{name: beauty}]")))
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo("InvalidSpec");
              assertThat(refused.message()).contains("spec.rewards", "beauty");
              assertThat(refused.again()).as("no retry mends a spec").isEmpty();
            });
  }

  @Test
  void anAttemptThatRunsGoesOnWhenItsSpecBecomesInvalid() {
    assertThat(decide(job("rewards: [{name: beauty}]").status(OPEN).attempt(1, ACTIVE)))
        .isInstanceOf(Decision.Train.class);
  }

  @Test
  void nothingStartsBesideTheJobOfADeletedForerunner() {
    assertThat(decide(job().forerunner())).isInstanceOf(Decision.Await.class);
  }

  @Test
  void anAttemptWhosePodsWaitIsLeftAlone() {
    assertThat(decide(job().status(OPEN).attempt(1, ACTIVE).worker(1, 0, PENDING)))
        .isEqualTo(new Decision.Train(List.of(), Optional.empty()));
  }

  @Test
  void anAttemptThatTheJournalDoesNotKnowYetIsNotStartedTwice() {
    assertThat(decide(job().attempt(1, ACTIVE).worker(1, 0, RUNNING)))
        .isInstanceOf(Decision.Train.class);
  }

  @Test
  void aRunningAttemptIsLookedAtAgainWhenItMayHaveStalled() {
    assertThat(
            decide(
                job("restartPolicy: {stallTimeoutSeconds: 60}")
                    .status(OPEN)
                    .attempt(1, ACTIVE)
                    .worker(1, 0, RUNNING)
                    .progress(0, 3, 20)))
        .isEqualTo(new Decision.Train(List.of(), Optional.of(Duration.ofSeconds(40))));
  }

  @Test
  void anAttemptThatStandsStillIsEnded() {
    assertThat(
            decide(
                job("restartPolicy: {stallTimeoutSeconds: 60}")
                    .status(OPEN)
                    .attempt(1, ACTIVE)
                    .worker(1, 0, RUNNING)
                    .progress(0, 3, 61)))
        .isInstanceOfSatisfying(
            Decision.EndAttempt.class,
            ended -> {
              assertThat(ended.ending().kind()).isEqualTo(Ending.Kind.STALL);
              assertThat(ended.ending().failure().message())
                  .isEqualTo("no progress for 60 s after step 3");
            });
  }

  @Test
  void anAttemptThatNeverToldItsProgressCannotStall() {
    assertThat(
            decide(job("restartPolicy: {stallTimeoutSeconds: 1}").status(OPEN).attempt(1, ACTIVE)))
        .isEqualTo(new Decision.Train(List.of(), Optional.empty()));
  }

  @Test
  void aLostWorkerIsJudgedOnlyWhenTheOthersHaveEnded() {
    Seen draining =
        job().status(OPEN).attempt(1, FAILING).ended(1, 0, 17, null).worker(1, 1, RUNNING);
    assertThat(decide(draining))
        .isInstanceOfSatisfying(
            Decision.Await.class, await -> assertThat(await.reason()).isEqualTo("WorkerFailed"));
    Seen drained = job().status(OPEN).attempt(1, FAILED).ended(1, 0, 17, null).ended(1, 1, 1, "x");
    assertThat(decide(drained))
        .isInstanceOfSatisfying(
            Decision.EndAttempt.class,
            ended -> {
              assertThat(ended.ending().kind()).isEqualTo(Ending.Kind.FAILURE);
              assertThat(ended.ending().failure().pod()).isEqualTo("shapes-1-1-abcde");
            });
  }

  @Test
  void aFailedPodIsSeenBeforeTheJobControllerTells() {
    assertThat(
            decide(job().status(OPEN).attempt(1, ACTIVE).ended(1, 0, 1, "x").worker(1, 1, RUNNING)))
        .isInstanceOf(Decision.Await.class);
  }

  @Test
  void anErrorThatLastsFailsTheJobWhileOthersStillRun() {
    String message = "{\"exitCode\":11,\"reason\":\"BAD_DATA\",\"message\":\"a.jsonl:3: bad\"}";
    assertThat(
            decide(
                job()
                    .status(OPEN)
                    .attempt(1, FAILING)
                    .ended(1, 0, 11, message)
                    .worker(1, 1, RUNNING)))
        .isInstanceOfSatisfying(
            Decision.Fail.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("BadData");
              assertThat(failed.message())
                  .isEqualTo(
                      "BadData: pod shapes-1-0-abcde on node node-0, exit code 11: a.jsonl:3: bad");
            });
  }

  @Test
  void aJobThatSomebodyDeletedIsADisruption() {
    assertThat(decide(job().status(OPEN)))
        .isInstanceOfSatisfying(
            Decision.EndAttempt.class,
            ended -> assertThat(ended.ending().kind()).isEqualTo(Ending.Kind.DISRUPTION));
  }

  @Test
  void failuresAndDisruptionsHaveBudgetsOfTheirOwn() {
    String spent = "{attempt: 1, attempts: [{number: 1}], restarts: 2, disruptions: 5}";
    String policy = "restartPolicy: {maxRestarts: 2, maxDisruptions: 6}";
    assertThat(decide(job(policy).status(spent).attempt(1, FAILED).ended(1, 0, 1, "no luck")))
        .isInstanceOfSatisfying(
            Decision.Fail.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("RestartsExhausted");
              assertThat(failed.message())
                  .endsWith(
                      "no luck; all 2 restarts of spec.restartPolicy.maxRestarts are used up");
            });
    assertThat(decide(job(policy).status(spent).attempt(1, FAILED).disrupted(1, 0, "TaintManager")))
        .isInstanceOf(Decision.EndAttempt.class);
  }

  @Test
  void nothingStartsBesidePodsOfTheLastAttempt() {
    String ended = "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:00:00Z', cause: x}]}";
    assertThat(decide(job().status(ended).attempt(1, FAILED).worker(1, 1, RUNNING)))
        .isInstanceOfSatisfying(
            Decision.Await.class,
            await -> {
              assertThat(await.reason()).isEqualTo("PodsTerminating");
              assertThat(await.message()).contains("shapes-1-1-abcde");
            });
    assertThat(decide(job().status(ended).attempt(1, FAILED).ended(1, 1, 1, "x")))
        .as("a pod that has ended may keep its log")
        .isEqualTo(new Decision.Start(2));
  }

  @Test
  void anAttemptWithoutAStepForwardIsFollowedByAWait() {
    String ended =
        "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:58Z', cause: x,"
            + " firstStep: 4, lastStep: %d}]}";
    assertThat(decide(job().status(ended.formatted(4))))
        .isInstanceOfSatisfying(
            Decision.Await.class,
            await -> {
              assertThat(await.reason()).isEqualTo("BackOff");
              assertThat(await.again()).contains(Duration.ofSeconds(3));
            });
    assertThat(decide(job().status(ended.formatted(5)))).isEqualTo(new Decision.Start(2));
  }

  @Test
  void aPodThatOutlivesItsDeletionIsRemovedByForce() {
    String ended = "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:00:00Z', cause: x}]}";
    assertThat(decide(job().status(ended).attempt(1, FAILED).deleted(1, 1, 118, 30)))
        .isInstanceOfSatisfying(
            Decision.Await.class,
            await -> assertThat(await.again()).contains(Duration.ofSeconds(2)));
    assertThat(decide(job().status(ended).attempt(1, FAILED).deleted(1, 1, 120, 30)))
        .isInstanceOfSatisfying(
            Decision.ForceDelete.class,
            force -> {
              assertThat(force.pods()).containsExactly("shapes-1-1-abcde");
              assertThat(force.jobs()).as("hold on to their pods").containsExactly("shapes-1");
            });
  }

  @Test
  void aPodThatMaySaveItsCheckpointForLongIsNotRemovedBefore() {
    assertThat(decide(job().status(OPEN).attempt(1, ACTIVE).deleted(1, 1, 300, 600)))
        .isEqualTo(new Decision.Train(List.of(), Optional.of(Duration.ofSeconds(310))));
  }

  @Test
  void aSuspendedJobStopsWhatRunsAndStaysSo() {
    Seen running = job("suspend: true").status(OPEN).attempt(1, ACTIVE).worker(1, 0, RUNNING);
    assertThat(decide(running)).isEqualTo(new Decision.Stop(List.of("shapes-1")));
    String stopped =
        "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:59Z', cause: Suspended}]}";
    assertThat(decide(job("suspend: true").status(stopped).worker(1, 0, RUNNING)))
        .isEqualTo(new Decision.StaySuspended(1, Optional.empty()));
    assertThat(decide(job("suspend: true").status(stopped)))
        .isEqualTo(new Decision.StaySuspended(0, Optional.empty()));
    assertThat(decide(job("suspend: true")))
        .isEqualTo(new Decision.StaySuspended(0, Optional.empty()));
  }

  @Test
  void aResumedJobStartsAtOnceWhenItsPodsAreGone() {
    String stopped =
        "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:59Z', cause: Suspended}]}";
    assertThat(decide(job().status(stopped).worker(1, 0, RUNNING)))
        .isInstanceOf(Decision.Await.class);
    assertThat(decide(job().status(stopped))).isEqualTo(new Decision.Start(2));
  }

  @Test
  void aJobThatCompletedWhileItWasBeingSuspendedIsComplete() {
    assertThat(
            decide(job("suspend: true").status(OPEN).attempt(1, COMPLETE).worker(1, 0, SUCCEEDED)))
        .isEqualTo(new Decision.CompleteTraining(1));
  }

  @Test
  void aTrainedJobWhoseJobsWereDeletedIsNotTrainedAgain() {
    assertThat(decide(job().status(TRAINED))).isEqualTo(new Decision.Finish());
  }

  @Test
  void aFinishedJobRestsUntilItsTimeIsOver() {
    String over = "{attempt: 1, completionTime: '2026-03-01T11:59:00Z'}";
    assertThat(decide(job().status(over).worker(1, 0, RUNNING)))
        .isEqualTo(new Decision.Rest(Optional.empty()));
    Seen mortal = job("ttlSecondsAfterFinished: 90").status(over);
    assertThat(decide(mortal)).isEqualTo(new Decision.Rest(Optional.of(Duration.ofSeconds(30))));
    assertThat(Rules.decide(mortal.at(NOON.plusSeconds(30)))).isEqualTo(new Decision.Expire());
  }

  private static Decision decide(Seen seen) {
    return Rules.decide(seen.now());
  }
}

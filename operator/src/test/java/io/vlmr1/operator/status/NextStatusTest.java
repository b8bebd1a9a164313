package io.vlmr1.operator.status;

import static io.vlmr1.operator.Seen.NOON;
import static io.vlmr1.operator.Seen.job;
import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.JobSeen.State.COMPLETE;
import static io.vlmr1.operator.observe.JobSeen.State.FAILED;
import static io.vlmr1.operator.observe.PodSeen.State.PENDING;
import static io.vlmr1.operator.observe.PodSeen.State.RUNNING;
import static io.vlmr1.operator.observe.PodSeen.State.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.Seen;
import io.vlmr1.operator.decide.Rules;
import io.vlmr1.operator.observe.Observed;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the status says after each decision. */
class NextStatusTest {

  @Test
  void aStartedAttemptIsInTheJournal() {
    GrpoJobStatus status = next(job());
    assertThat(status.phase()).isEqualTo(Phase.PREPARING);
    assertThat(status.attempt()).isEqualTo(1);
    assertThat(status.attempts().get(0).start()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(status.startTime()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(status.workersReady()).isEqualTo("0/2");
    assertThat(truths(status)).containsExactlyInAnyOrder("Accepted", "Initialized", "Reconciling");
  }

  @Test
  void theFirstLookAtAnAttemptFindsNothingToWrite() {
    Seen seen = job();
    GrpoJobStatus first = next(seen);
    seen.status(first).attempt(1, ACTIVE);
    assertThat(next(seen)).isEqualTo(first);
  }

  /** The operator was away from the first step to the last. */
  @Test
  void lastWordsSayHowFarATrainingCameThatNobodyAsked() {
    Progress last =
        Progress.parse(
                """
                {"step": 8, "maxSteps": 8, "attempt": 1, "state": "done", "reward": 0.5,
                 "latestCheckpoint": "checkpoint-8"}
                """)
            .orElseThrow();
    TerminationMessage done = TerminationMessage.done();
    GrpoJobStatus status =
        next(
            started()
                .attempt(1, COMPLETE)
                .ended(1, 0, 0, done.reached(last).toJson())
                .ended(1, 1, 0, done.toJson()));
    assertThat(status.step()).isEqualTo(8);
    assertThat(status.reward()).isEqualTo(0.5);
    assertThat(status.latestCheckpoint()).isEqualTo("checkpoint-8");
    assertThat(status.attempts().get(0).lastStep()).isEqualTo(8);
  }

  @Test
  void runningMeansThatAllRanksRun() {
    Seen half = started().worker(1, 0, RUNNING).worker(1, 1, PENDING);
    GrpoJobStatus waiting = next(half);
    assertThat(waiting.phase()).isEqualTo(Phase.PREPARING);
    assertThat(words(waiting, Conditions.RUNNING))
        .isEqualTo("1/2 workers run; shapes-1-1-abcde: Unschedulable: 0/2 nodes are available");
    GrpoJobStatus running = next(started().worker(1, 0, RUNNING).worker(1, 1, RUNNING));
    assertThat(running.phase()).isEqualTo(Phase.RUNNING);
    assertThat(truths(running)).contains("Running", "Ready").doesNotContain("Reconciling");
  }

  @Test
  void aRankThatHasDoneItsWorkStillCounts() {
    GrpoJobStatus running = next(started().worker(1, 0, RUNNING).worker(1, 1, SUCCEEDED));
    assertThat(running.workersReady()).isEqualTo("2/2");
    assertThat(running.phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void progressBecomesScalars() {
    GrpoJobStatus status = next(started().worker(1, 0, RUNNING).progress(2, 5, 1));
    assertThat(status.step()).isEqualTo(5);
    assertThat(status.maxSteps()).isEqualTo(8);
    assertThat(status.reward()).isEqualTo(0.25);
    assertThat(status.eta()).isEqualTo("1h20m");
    assertThat(status.latestCheckpoint()).isEqualTo("checkpoint-5");
    assertThat(status.memory()).isEqualTo("1180Mi, planned 1234Mi");
    assertThat(status.attempts().get(0).firstStep()).isEqualTo(2);
    assertThat(status.attempts().get(0).lastStep()).isEqualTo(5);
  }

  @Test
  void theSameObservationLaterGivesTheSameStatus() {
    Seen seen = started().worker(1, 0, RUNNING).worker(1, 1, RUNNING).progress(0, 5, 1);
    GrpoJobStatus first = next(seen);
    seen.status(first);
    Observed later = seen.at(NOON.plusSeconds(100));
    assertThat(NextStatus.after(later, Rules.decide(later), UnaryOperator.identity()))
        .isEqualTo(first);
  }

  @Test
  void aConditionKeepsTheTimeOfItsTransition() {
    Seen seen = started().worker(1, 0, RUNNING).worker(1, 1, PENDING);
    seen.status(next(seen));
    Instant later = NOON.plusSeconds(100);
    Observed observed = seen.worker(1, 1, RUNNING).at(later);
    GrpoJobStatus status =
        NextStatus.after(observed, Rules.decide(observed), UnaryOperator.identity());
    assertThat(since(status, Conditions.ACCEPTED)).isEqualTo(NOON.toString());
    assertThat(since(status, Conditions.RUNNING)).isEqualTo(later.toString());
  }

  @Test
  void aLostAttemptIsCountedOnceWithItsCause() {
    Seen lost = started().attempt(1, FAILED).ended(1, 0, 1, "no luck").progress(0, 5, 1);
    GrpoJobStatus status = next(lost);
    assertThat(status.phase()).isEqualTo(Phase.RESTARTING);
    assertThat(status.restarts()).isEqualTo(1);
    assertThat(status.attempts().get(0).cause()).isEqualTo("Internal (exit code 1)");
    assertThat(status.attempts().get(0).end()).isEqualTo(NOON.toString());
    assertThat(Objects.requireNonNull(status.failure()).log()).isEqualTo("the last lines");
    lost.status(status);
    assertThat(next(lost).restarts()).isEqualTo(1);
    assertThat(words(status, Conditions.RESTARTING))
        .isEqualTo("attempt 1 ended: Internal (exit code 1)");
  }

  @Test
  void aPodOnADeadNodeIsWhatItsAttemptWasLostBy() {
    Seen seen = started().worker(1, 0, RUNNING).deleted(1, 1, 300, 30);
    seen.status(next(seen));
    GrpoJobStatus status = next(job().status(seen.now().status()));
    assertThat(Objects.requireNonNull(status.failure()).reason()).isEqualTo("NodeLost");
    assertThat(status.disruptions()).isEqualTo(1);
    assertThat(status.attempts().get(0).cause()).isEqualTo("NodeLost");
  }

  @Test
  void theLogOfAFailureIsReadOnce() {
    Seen lost = started().ended(1, 0, 1, "no luck").worker(1, 1, RUNNING);
    GrpoJobStatus first = next(lost);
    lost.status(first);
    Observed again = lost.now();
    GrpoJobStatus second =
        NextStatus.after(
            again,
            Rules.decide(again),
            failure -> {
              throw new AssertionError("read again: " + failure);
            });
    assertThat(second).isEqualTo(first);
  }

  @Test
  void anAttemptWhoseStartWasNotWrittenIsAdopted() {
    GrpoJobStatus status = next(job().attempt(1, ACTIVE).worker(1, 0, RUNNING));
    assertThat(status.attempt()).isEqualTo(1);
    assertThat(status.attempts().get(0).start()).isEqualTo("2026-03-01T11:50:00Z");
  }

  @Test
  void trainingThatIsCompleteHasDoneItsLastStep() {
    GrpoJobStatus status = next(started().attempt(1, COMPLETE).progress(0, 5, 1));
    assertThat(status.phase()).as("nothing is left to evaluate").isEqualTo(Phase.SUCCEEDED);
    assertThat(status.completionTime()).isNotNull();
    assertThat(status.step()).isEqualTo(8);
    assertThat(status.eta()).isNull();
    assertThat(status.attempts().get(0).cause()).isEqualTo("Completed");
  }

  @Test
  void aRefusedJobListsEveryProblem() {
    Seen bad = job("rewards: [{name: beauty}, {name: truth}]");
    GrpoJobStatus status = next(bad);
    List<Problem> problems = JobRules.problems(bad.now().job());
    assertThat(problems).hasSizeGreaterThan(1);
    assertThat(words(status, Conditions.ACCEPTED).lines())
        .containsExactlyElementsOf(problems.stream().map(Problem::toString).toList());
    assertThat(truths(status)).containsExactly("Stalled");
  }

  @Test
  void aFinishedJobIsNotTouched() {
    String end = "{observedGeneration: %d, completionTime: '2026-03-01T11:00:00Z'}";
    Seen over = job("rewards: [{name: beauty}]").status(end.formatted(1));
    assertThat(next(over)).isEqualTo(over.now().job().getStatus());
    assertThat(next(job().status(end.formatted(0))).observedGeneration())
        .as("kstatus waits for this")
        .isEqualTo(1);
  }

  @Test
  void theJournalKeepsTheNewestTenAttempts() {
    StringBuilder attempts = new StringBuilder("attempt: 10\nattempts:\n");
    for (int i = 1; i <= 10; i++) {
      attempts
          .append("- {number: ")
          .append(i)
          .append(", end: '2026-03-01T10:00:00Z', cause: Suspended}\n");
    }
    GrpoJobStatus status = next(job().status(attempts.toString()));
    assertThat(status.attempts())
        .extracting(a -> a.number())
        .startsWith(2)
        .endsWith(11)
        .hasSize(10);
  }

  private static Seen started() {
    return job().status("{attempt: 1, attempts: [{number: 1}]}").attempt(1, ACTIVE);
  }

  static GrpoJobStatus next(Seen seen) {
    Observed now = seen.now();
    return NextStatus.after(now, Rules.decide(now), NextStatusTest::withLog);
  }

  private static Failure withLog(Failure f) {
    return new Failure(f.pod(), f.node(), f.exitCode(), f.reason(), f.message(), "the last lines");
  }

  static List<String> truths(GrpoJobStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.getStatus().equals("True"))
        .map(Condition::getType)
        .toList();
  }

  static String words(GrpoJobStatus status, String type) {
    return Conditions.find(status.conditions(), type).orElseThrow().getMessage();
  }

  private static String since(GrpoJobStatus status, String type) {
    return Conditions.find(status.conditions(), type).orElseThrow().getLastTransitionTime();
  }
}

package io.vlmr1.operator.decide;

import static io.vlmr1.operator.Seen.NOON;
import static io.vlmr1.operator.Seen.job;
import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.JobSeen.State.COMPLETE;
import static io.vlmr1.operator.observe.JobSeen.State.FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.operator.Seen;
import io.vlmr1.operator.resource.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What follows a training, and what is done with its checkpoints: evaluations and serving. */
class FollowUpRulesTest {
  private static final String OPEN = "{attempt: 1, attempts: [{number: 1}]}";
  private static final String TRAINED =
      "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:59:00Z', cause: Completed}]}";
  private static final String TWO =
      """
      evaluations:
      - {name: a, dataset: {name: a, path: a.jsonl}}
      - {name: b, dataset: {name: b, path: b.jsonl}}
      - {name: c, dataset: {name: c, path: c.jsonl}}
      """;

  private static final String EVERY =
      "evaluations: [{name: a, dataset: {name: a, path: a.jsonl}, when: everyCheckpoint}]\n";

  @Test
  void aCheckpointIsEvaluatedWhileTrainingGoesOn() {
    Seen training = job(EVERY).status(OPEN).attempt(1, ACTIVE).progress(0, 4, 1);
    assertThat(evaluations(training)).containsExactly(new Subject("a", "checkpoint-4"));
    assertThat(evaluations(training.evaluation(new Subject("a", "checkpoint-4"), ACTIVE)))
        .as("it has its Job")
        .isEmpty();
  }

  @Test
  void oneCheckpointIsEvaluatedAtATimeAndTheOldestFirst() {
    String told =
        "{attempt: 1, attempts: [{number: 1}], evaluations: [{name: a, checkpoints: ["
            + "{checkpoint: checkpoint-1, state: Running}, {checkpoint: checkpoint-2}]}]}";
    Seen training = job(EVERY).status(told).attempt(1, ACTIVE).progress(0, 3, 1);
    Subject first = new Subject("a", "checkpoint-1");
    assertThat(evaluations(training.evaluation(first, ACTIVE))).isEmpty();
    assertThat(evaluations(training.evaluation(first, COMPLETE).answer(first, 0, null)))
        .containsExactly(new Subject("a", "checkpoint-2"));
  }

  @Test
  void checkpointsThatTheTrainerHasDeletedByNowAreNotEvaluated() {
    String told =
        "{attempt: 1, attempts: [{number: 1}], evaluations: [{name: a, checkpoints: ["
            + "{checkpoint: checkpoint-1}, {checkpoint: checkpoint-2}, {checkpoint: checkpoint-3},"
            + " {checkpoint: checkpoint-4}]}]}";
    Seen training = job(EVERY).status(told).attempt(1, ACTIVE).progress(0, 5, 1);
    assertThat(EvaluationPlan.checkpoints(training.now(), "a"))
        .containsExactly("checkpoint-2", "checkpoint-3", "checkpoint-4", "checkpoint-5");
  }

  @Test
  void aNameThatIsNoCheckpointIsNotEvaluated() {
    String told = "{attempt: 1, attempts: [{number: 1}], latestCheckpoint: '../../etc'}";
    assertThat(evaluations(job(EVERY).status(told).attempt(1, ACTIVE))).isEmpty();
  }

  @Test
  void theFinalModelIsEvaluatedUnlessItsCheckpointWas() {
    String done =
        "maxSteps: 8, attempts: [{number: 1, end: '2026-03-01T11:59:00Z', cause: Completed}]}";
    Seen seen = job(EVERY).status("{attempt: 1, latestCheckpoint: checkpoint-8, " + done);
    assertThat(decide(seen))
        .isEqualTo(
            new Decision.Evaluate(List.of(new Subject("a", "checkpoint-8")), Optional.empty()));
    Seen unseen = job(EVERY).status("{attempt: 1, latestCheckpoint: checkpoint-6, " + done);
    assertThat(decide(unseen))
        .isEqualTo(
            new Decision.Evaluate(
                List.of(new Subject("a", "checkpoint-6"), Subject.ofFinal("a")), Optional.empty()));
  }

  @Test
  void theNextAttemptDoesNotWaitForTheEvaluationOfACheckpoint() {
    String ended = "{attempt: 1, attempts: [{number: 1, end: '2026-03-01T11:00:00Z', cause: x}]}";
    Subject subject = new Subject("a", "checkpoint-4");
    Seen seen = job(EVERY).status(ended).attempt(1, FAILED);
    assertThat(decide(seen.evaluation(subject, ACTIVE).evaluating(subject)))
        .isEqualTo(new Decision.Start(2));
  }

  @Test
  void aSuspendedJobStopsTheEvaluationOfACheckpointToo() {
    Subject subject = new Subject("a", "checkpoint-4");
    Seen seen = job(EVERY + "suspend: true\n").status(OPEN).attempt(1, ACTIVE);
    assertThat(decide(seen.evaluation(subject, ACTIVE)))
        .isEqualTo(new Decision.Stop(List.of("shapes-1", "shapes-ckpt-a-4")));
  }

  @Test
  void theModelOfAJobThatSucceededIsServedUntilTheSpecNoLongerAsksForIt() {
    String over =
        TRAINED.replace("{attempt: 1,", "{attempt: 1, completionTime: '2026-03-01T11:59:00Z',");
    assertThat(decide(job("serving: {}").status(TRAINED)))
        .as("first it is over")
        .isEqualTo(new Decision.Finish());
    assertThat(decide(job("serving: {}").status(over)))
        .isEqualTo(new Decision.Serve(Decision.Serve.Work.APPLY, Optional.empty()));
    assertThat(decide(job("serving: {engine: vllm}").status(over).serving(1, 1)))
        .as("a spec with problems changes nothing")
        .isEqualTo(new Decision.Serve(Decision.Serve.Work.KEEP, Optional.empty()));
    assertThat(decide(job().status(over).serving(1, 1)))
        .isEqualTo(new Decision.Serve(Decision.Serve.Work.REMOVE, Optional.empty()));
    assertThat(decide(job().status(over))).isEqualTo(new Decision.Rest(Optional.empty()));
  }

  @Test
  void nothingIsServedOfAJobThatFailedOrWhoseTimeIsOver() {
    String failed =
        "{attempt: 1, completionTime: '2026-03-01T11:59:00Z', attempts: [{number: 1, end:"
            + " '2026-03-01T11:59:00Z', cause: Killed}]}";
    assertThat(decide(job("serving: {}").status(failed)))
        .isEqualTo(new Decision.Rest(Optional.empty()));
    String over =
        TRAINED.replace("{attempt: 1,", "{attempt: 1, completionTime: '2026-03-01T11:59:00Z',");
    Seen mortal = job("serving: {}\nttlSecondsAfterFinished: 90").status(over);
    assertThat(decide(mortal))
        .isEqualTo(
            new Decision.Serve(Decision.Serve.Work.APPLY, Optional.of(Duration.ofSeconds(30))));
    assertThat(Rules.decide(mortal.at(NOON.plusSeconds(30)))).isEqualTo(new Decision.Expire());
  }

  @Test
  void evaluationsStartOnNoMorePodsThanTrainingHad() {
    assertThat(decide(job(TWO).status(TRAINED).attempt(1, COMPLETE)))
        .isEqualTo(new Decision.Evaluate(finals("a", "b"), Optional.empty()));
    assertThat(decide(job(TWO).status(TRAINED).evaluation("a", ACTIVE).evaluation("b", COMPLETE)))
        .isEqualTo(new Decision.Evaluate(finals("c"), Optional.empty()));
  }

  @Test
  void anEvaluationIsOverOnlyWhenItsPodWasSeenToEnd() {
    String one = "evaluations: [{name: a, dataset: {name: a, path: a.jsonl}}]";
    assertThat(decide(job(one).status(TRAINED).evaluation("a", COMPLETE).evaluating("a")))
        .isEqualTo(new Decision.Evaluate(List.of(), Optional.empty()));
    assertThat(decide(job(one).status(TRAINED).evaluation("a", COMPLETE).answer("a", 0, null)))
        .isEqualTo(new Decision.Finish());
    assertThat(decide(job(one).status(TRAINED).evaluation("a", FAILED).answer("a", 1, null)))
        .as("a failed evaluation never fails the training")
        .isEqualTo(new Decision.Finish());
  }

  private static Decision decide(Seen seen) {
    return Rules.decide(seen.now());
  }

  private static List<Subject> finals(String... names) {
    return Stream.of(names).map(Subject::ofFinal).toList();
  }

  private static List<Subject> evaluations(Seen seen) {
    assertThat(decide(seen)).isInstanceOf(Decision.Train.class);
    return ((Decision.Train) decide(seen)).evaluations();
  }
}

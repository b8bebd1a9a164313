package io.vlmr1.operator.status;

import static io.vlmr1.operator.Seen.job;
import static io.vlmr1.operator.observe.JobSeen.State.ACTIVE;
import static io.vlmr1.operator.observe.JobSeen.State.COMPLETE;
import static io.vlmr1.operator.observe.JobSeen.State.FAILED;
import static io.vlmr1.operator.status.NextStatusTest.next;
import static io.vlmr1.operator.status.NextStatusTest.truths;
import static io.vlmr1.operator.status.NextStatusTest.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.Seen;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.resource.Subject;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the status says of what follows a training: evaluations, and the served model. */
class OutcomeStatusTest {
  private static final String ONE = "evaluations: [{name: a, dataset: {name: a, path: a.jsonl}}]";
  private static final String TRAINED =
      """
      attempt: 1
      attempts: [{number: 1, end: '2026-03-01T11:59:00Z', cause: Completed}]
      """;

  @Test
  void metricsComeFromTheTerminationMessage() {
    String message =
        TerminationMessage.of(
                new EvaluationResult("a", "rec", Map.of("accuracy", 0.75), "checkpoint-8"))
            .toJson();
    GrpoJobStatus status =
        next(job(ONE).status(TRAINED).evaluation("a", COMPLETE).answer("a", 0, message));
    assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(status.evaluations())
        .containsExactly(
            new EvaluationStatus(
                "a", EvaluationStatus.State.SUCCEEDED, Map.of("accuracy", 0.75), null));
    assertThat(status.bestCheckpoint()).isEqualTo("checkpoint-8");
    assertThat(truths(status)).contains("Evaluated", "Complete", "Finished", "Ready");
  }

  @Test
  void aFailedEvaluationNeverFailsTheTraining() {
    String message = TerminationMessage.of(ExitCode.BAD_DATA, "a.jsonl:1: x").toJson();
    GrpoJobStatus status =
        next(job(ONE).status(TRAINED).evaluation("a", FAILED).answer("a", 11, message));
    assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(status.evaluations().get(0).state()).isEqualTo(EvaluationStatus.State.FAILED);
    assertThat(status.evaluations().get(0).message()).isEqualTo("exit code 11 Error: a.jsonl:1: x");
    assertThat(truths(status)).contains("Complete", "Finished").doesNotContain("Evaluated");
  }

  private static final String EVERY =
      "evaluations: [{name: a, dataset: {name: a, path: a.jsonl}, when: everyCheckpoint}]\n";

  @Test
  void theBestOfTheCheckpointsStaysTheBest() {
    Subject second = new Subject("a", "checkpoint-2");
    Subject third = new Subject("a", "checkpoint-3");
    Seen seen =
        job(EVERY)
            .status("{attempt: 1, attempts: [{number: 1}]}")
            .attempt(1, ACTIVE)
            .progress(0, 4, 1)
            .evaluation(second, COMPLETE)
            .answer(second, 0, found("checkpoint-2", 0.75))
            .evaluation(third, COMPLETE)
            .answer(third, 0, found("checkpoint-3", 0.5));
    GrpoJobStatus status = next(seen);
    assertThat(status.bestCheckpoint()).isEqualTo("checkpoint-2");
    EvaluationStatus entry = status.evaluations().get(0);
    assertThat(entry.state()).as("of the newest").isEqualTo(EvaluationStatus.State.PENDING);
    assertThat(entry.checkpoints())
        .extracting(one -> one.checkpoint() + " " + one.state() + " " + one.metrics())
        .containsExactly(
            "checkpoint-2 SUCCEEDED {accuracy=0.75}",
            "checkpoint-3 SUCCEEDED {accuracy=0.5}",
            "checkpoint-4 PENDING {}");
  }

  @Test
  void ofManyCheckpointsTheNewestAndTheBestAreTold() {
    StringBuilder told = new StringBuilder("attempt: 1\nattempts: [{number: 1}]\nevaluations:\n");
    told.append("- name: a\n  checkpoints:\n");
    for (int step = 1; step <= 9; step++) {
      told.append("  - {checkpoint: checkpoint-").append(step);
      told.append(", state: Succeeded, metrics: {accuracy: ");
      told.append(step == 2 ? 0.9 : 0.1).append("}}\n");
    }
    GrpoJobStatus status =
        next(job(EVERY).status(told.toString()).attempt(1, ACTIVE).progress(0, 9, 1));
    assertThat(status.evaluations().get(0).checkpoints())
        .extracting(one -> one.checkpoint())
        .containsExactly(
            "checkpoint-2",
            "checkpoint-5",
            "checkpoint-6",
            "checkpoint-7",
            "checkpoint-8",
            "checkpoint-9");
    assertThat(status.bestCheckpoint()).isEqualTo("checkpoint-2");
  }

  @Test
  void aTrainingThatFailsGivesUpWhatWasToBeEvaluated() {
    Subject subject = new Subject("a", "checkpoint-2");
    String told =
        "{attempt: 1, attempts: [{number: 1}], evaluations: [{name: a, state: Running,"
            + " checkpoints: [{checkpoint: checkpoint-2, state: Running}]}]}";
    GrpoJobStatus status =
        next(
            job(EVERY)
                .status(told)
                .attempt(1, FAILED)
                .ended(1, 0, 11, "bad data")
                .evaluation(subject, ACTIVE));
    assertThat(status.phase()).isEqualTo(Phase.FAILED);
    EvaluationStatus entry = status.evaluations().get(0);
    assertThat(entry.state()).isEqualTo(EvaluationStatus.State.FAILED);
    assertThat(entry.checkpoints().get(0).state()).isEqualTo(EvaluationStatus.State.FAILED);
    assertThat(entry.checkpoints().get(0).message()).isEqualTo("given up: the training failed");
  }

  @Test
  void whatIsServedIsToldBesideTheEnd() {
    String over =
        TRAINED
            + "completionTime: '2026-03-01T11:59:00Z'\nphase: Succeeded\n"
            + "bestCheckpoint: checkpoint-4\n";
    GrpoJobStatus starting = next(job("serving: {replicas: 2}").status(over));
    assertThat(words(starting, Conditions.SERVED))
        .isEqualTo("starting pods to serve checkpoint-4 at http://shapes-serving.team:8000/v1");
    assertThat(truths(starting)).doesNotContain("Served");
    GrpoJobStatus half = next(job("serving: {replicas: 2}").status(over).serving(1, 2));
    assertThat(words(half, Conditions.SERVED)).startsWith("1/2 pods serve checkpoint-4 at");
    assertThat(truths(half)).doesNotContain("Served");
    GrpoJobStatus whole = next(job("serving: {replicas: 2}").status(over).serving(2, 2));
    assertThat(truths(whole)).contains("Served");
    assertThat(whole.phase()).isEqualTo(Phase.SUCCEEDED);
    GrpoJobStatus last = next(job("serving: {model: last}").status(over).serving(1, 1));
    assertThat(words(last, Conditions.SERVED)).startsWith("1/1 pods serve final at");
    GrpoJobStatus suspended = next(job("suspend: true\nserving: {}").status(over).serving(0, 0));
    assertThat(words(suspended, Conditions.SERVED)).startsWith("no pods are asked for");
    assertThat(truths(next(job().status(whole).serving(2, 2)))).doesNotContain("Served");
  }

  @Test
  void aServedModelThatTheServerRefusesLeavesTheEndAsItIs() {
    String over = TRAINED + "completionTime: '2026-03-01T11:59:00Z'\nphase: Succeeded\n";
    Observed seen = job("serving: {}").status(over).now();
    GrpoJobStatus status =
        NextStatus.after(
            seen,
            new Decision.Refuse("Forbidden", "Deployment shapes-serving: quota", Optional.empty()),
            failure -> failure);
    assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(words(status, Conditions.SERVED)).isEqualTo("Deployment shapes-serving: quota");
    assertThat(truths(status)).doesNotContain("Stalled");
  }

  private static String found(String checkpoint, double accuracy) {
    return TerminationMessage.of(
            new EvaluationResult("a", "rec", Map.of("accuracy", accuracy), checkpoint))
        .toJson();
  }

  @Test
  void metricsStayWhenTheJobOfAnEvaluationIsGone() {
    String told =
        TRAINED + "evaluations: [{name: a, state: Succeeded, metrics: {accuracy: 0.5}}]\n";
    GrpoJobStatus status = next(job(ONE).status(told));
    assertThat(status.evaluations().get(0).metrics()).containsEntry("accuracy", 0.5);
  }
}

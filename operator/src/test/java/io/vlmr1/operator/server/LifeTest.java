package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.status.Conditions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** From a GrpoJob to Finished, with nothing going wrong. */
class LifeTest extends ServerTest {
  @Test
  void aJobIsTrainedEvaluatedAndFinished() {
    create(JOB);
    List<Pod> pods = run("shapes-1");
    GrpoJobStatus running = waitFor(Conditions.RUNNING);
    assertThat(running.phase()).isEqualTo(Phase.RUNNING);
    assertThat(running.workersReady()).isEqualTo("2/2");

    rank0.at(1, 3, 0.75);
    GrpoJobStatus moving = waitUntil(status -> Objects.equals(status.step(), 3));
    assertThat(moving.reward()).isEqualTo(0.75);
    assertThat(moving.maxSteps()).isEqualTo(8);
    assertThat(moving.eta()).isEqualTo("10s");
    assertThat(moving.latestCheckpoint()).isEqualTo("checkpoint-3");

    pods.forEach(pod -> cluster.end(pod.getMetadata().getName(), 0, "Completed", ""));
    cluster.complete(jobNamed("shapes-1"));
    Pod evaluation = run("shapes-eval-held-out").get(0);
    waitUntil(
        status ->
            status.evaluations().stream()
                .anyMatch(one -> one.state() == EvaluationStatus.State.RUNNING));
    cluster.end(
        evaluation.getMetadata().getName(),
        0,
        "Completed",
        TerminationMessage.of(
                new EvaluationResult("held-out", "rec", Map.of("accuracy", 0.9), "checkpoint-8"))
            .toJson());
    cluster.complete(jobNamed("shapes-eval-held-out"));

    GrpoJobStatus finished = waitFor(Conditions.FINISHED);
    assertThat(finished.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(finished.step()).isEqualTo(8);
    assertThat(finished.completionTime()).isNotNull();
    assertThat(finished.restarts()).isZero();
    assertThat(finished.bestCheckpoint()).isEqualTo("checkpoint-8");
    assertThat(finished.evaluations().get(0).metrics()).containsEntry("accuracy", 0.9);
    assertThat(finished.conditions())
        .filteredOn(condition -> condition.getStatus().equals("True"))
        .extracting(condition -> condition.getType())
        .containsExactlyInAnyOrder(
            "Accepted", "Initialized", "Evaluated", "Complete", "Finished", "Ready");
    assertThat(events()).containsExactlyInAnyOrder("Trained", "EvaluationStarted", "Completed");
    assertQuiet();
  }
}

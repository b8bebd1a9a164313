package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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

/** What follows checkpoints and a training: evaluations beside it, and the model served. */
class FollowUpTest extends ServerTest {
  private static final String EVERY =
      JOB.replace("task: rec, dataset", "task: rec, when: everyCheckpoint, dataset");
  private static final String SERVED =
      JOB.replaceAll("(?s)  evaluations:.*", "  serving: {replicas: 2}\n");

  @Test
  void checkpointsAreEvaluatedWhileTrainingGoesOnAndTheBestIsTold() {
    create(EVERY);
    List<Pod> pods = run("shapes-1");
    rank0.at(1, 2, 0.5);
    evaluated("shapes-ckpt-held-out-2", "checkpoint-2", 0.75);
    rank0.at(1, 4, 0.5);
    evaluated("shapes-ckpt-held-out-4", "checkpoint-4", 0.5);
    GrpoJobStatus training =
        waitUntil(
            status ->
                entry(status).state() == EvaluationStatus.State.SUCCEEDED
                    && entry(status).checkpoints().size() == 2);
    assertThat(training.phase()).isEqualTo(Phase.RUNNING);
    assertThat(training.bestCheckpoint()).isEqualTo("checkpoint-2");

    rank0.at(1, 8, 0.5);
    Pod failing = run("shapes-ckpt-held-out-8").get(0);
    cluster.end(failing.getMetadata().getName(), 12, "Error", "no such folder");
    cluster.failed(jobNamed("shapes-ckpt-held-out-8"));
    pods.forEach(pod -> cluster.end(pod.getMetadata().getName(), 0, "Completed", ""));
    cluster.complete(jobNamed("shapes-1"));
    GrpoJobStatus finished = waitFor(Conditions.FINISHED);
    assertThat(finished.phase()).as("it never fails the training").isEqualTo(Phase.SUCCEEDED);
    assertThat(finished.bestCheckpoint()).isEqualTo("checkpoint-2");
    assertThat(condition(Conditions.EVALUATED).getMessage())
        .isEqualTo("held-out of checkpoint-8: exit code 12 Error: no such folder");
    assertThat(find("shapes-eval-held-out")).as("the last checkpoint is the final model").isNull();
    assertQuiet();
  }

  @Test
  void theModelIsServedChangedKeptByARestartedOperatorAndTakenDown() {
    create(SERVED);
    run("shapes-1").forEach(pod -> cluster.end(pod.getMetadata().getName(), 0, "Completed", ""));
    cluster.complete(jobNamed("shapes-1"));
    Deployment made = serving(2);
    assertThat(made.getMetadata().getOwnerReferences()).hasSize(1);
    assertThat(condition(Conditions.FINISHED).getStatus()).isEqualTo("True");
    cluster.answers(made, 2);
    waitFor(Conditions.SERVED);
    assertThat(condition(Conditions.SERVED).getMessage())
        .contains("2/2 pods serve final at http://shapes-serving." + cluster.namespace);
    assertThat(client.services().inNamespace(cluster.namespace).withName("shapes-serving").get())
        .isNotNull();
    assertQuiet();

    operator.close();
    operator = new RunningOperator(api, cluster.namespace);
    assertQuiet();
    assertThat(serving(2).getMetadata().getGeneration())
        .as("a restarted operator writes nothing")
        .isEqualTo(made.getMetadata().getGeneration());

    patch("{\"spec\": {\"serving\": {\"replicas\": 1}}}");
    client.resource(serving(1)).delete();
    cluster.answers(serving(1), 1);
    waitFor(Conditions.SERVED);
    patch(UNSERVED);
    await().atMost(PATIENCE).until(() -> cluster.deployment("shapes-serving") == null);
    waitUntil(status -> !Conditions.holds(status.conditions(), Conditions.SERVED));
    assertThat(client.services().inNamespace(cluster.namespace).withName("shapes-serving").get())
        .isNull();
    assertThat(status().phase()).isEqualTo(Phase.SUCCEEDED);
  }

  private Deployment serving(int replicas) {
    return Objects.requireNonNull(
        await()
            .atMost(PATIENCE)
            .until(
                () -> cluster.deployment("shapes-serving"),
                found -> found != null && found.getSpec().getReplicas() == replicas));
  }

  private void evaluated(String job, String checkpoint, double accuracy) {
    Pod pod = run(job).get(0);
    cluster.end(
        pod.getMetadata().getName(),
        0,
        "Completed",
        TerminationMessage.of(
                new EvaluationResult("held-out", "rec", Map.of("accuracy", accuracy), checkpoint))
            .toJson());
    cluster.complete(jobNamed(job));
  }

  private static EvaluationStatus entry(GrpoJobStatus status) {
    return status.evaluations().stream()
        .findFirst()
        .orElseGet(() -> new EvaluationStatus("", EvaluationStatus.State.PENDING, Map.of(), null));
  }
}

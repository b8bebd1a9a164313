package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.status.Conditions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** spec.suspend, and what else a user may change or remove while a job runs. */
class SuspendTest extends ServerTest {
  @Test
  void aSuspendedJobKeepsItsVolumeAndGoesOnAtTheSameStep() {
    create(JOB);
    List<Pod> pods = run("shapes-1");
    rank0.at(1, 5, 0.5);
    waitUntil(status -> Objects.equals(status.step(), 5));

    suspend(true);
    await().atMost(PATIENCE).until(() -> find("shapes-1") == null);
    waitUntil(
        status ->
            Conditions.find(status.conditions(), Conditions.SUSPENDED)
                .map(c -> c.getReason().equals("Stopping"))
                .orElse(false));
    pods.forEach(pod -> cluster.gone(pod.getMetadata().getName()));
    GrpoJobStatus suspended = waitFor(Conditions.SUSPENDED);
    assertThat(suspended.phase()).isEqualTo(Phase.SUSPENDED);
    assertThat(suspended.step()).isEqualTo(5);
    assertThat(
            client
                .persistentVolumeClaims()
                .inNamespace(cluster.namespace)
                .withName("shapes-checkpoints")
                .get())
        .isNotNull();
    assertQuiet();

    suspend(false);
    run("shapes-2");
    GrpoJobStatus resumed = waitFor(Conditions.RUNNING);
    assertThat(resumed.phase()).isEqualTo(Phase.RUNNING);
    assertThat(Conditions.holds(resumed.conditions(), Conditions.SUSPENDED)).isFalse();
    assertThat(resumed.restarts()).as("a suspension is no failure").isZero();
    assertThat(resumed.disruptions()).isZero();
    assertThat(resumed.attempts().get(0).cause()).isEqualTo("Suspended");
    assertThat(resumed.step()).isEqualTo(5);
  }

  @Test
  void aJobThatIsMadeSuspendedStartsNothing() {
    create(JOB.replace("spec:\n", "spec:\n  suspend: true\n"));
    waitFor(Conditions.SUSPENDED);
    assertThat(find("shapes-1")).isNull();
    suspend(false);
    jobNamed("shapes-1");
  }

  @Test
  void aFinishedJobGoesWhenItsTimeIsOver() {
    create(
        JOB.replace("spec:\n", "spec:\n  ttlSecondsAfterFinished: 1\n")
            .replaceAll("(?s)  evaluations:.*", ""));
    List<Pod> pods = run("shapes-1");
    pods.forEach(pod -> cluster.end(pod.getMetadata().getName(), 0, "Completed", ""));
    cluster.complete(jobNamed("shapes-1"));
    await().atMost(PATIENCE).until(() -> job() == null);
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    create(JOB);
    run("shapes-1");
    rank0.at(1, 5, 0.5);
    waitUntil(status -> Objects.equals(status.step(), 5));
    String service = serviceVersion();
    client
        .pods()
        .inNamespace(cluster.namespace)
        .withName("shapes-1-0-abcde")
        .edit(
            pod -> {
              pod.getMetadata().getAnnotations().put("somebody", "was here");
              return pod;
            });
    assertQuiet();
    assertThat(serviceVersion()).isEqualTo(service);
  }

  @Test
  void whatSomebodyChangesInAServiceIsPutRight() {
    create(JOB);
    run("shapes-1");
    waitFor(Conditions.RUNNING);
    client
        .services()
        .inNamespace(cluster.namespace)
        .withName("shapes-workers")
        .edit(
            service -> {
              service.getSpec().setPublishNotReadyAddresses(false);
              return service;
            });
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Boolean.TRUE.equals(
                    client
                        .services()
                        .inNamespace(cluster.namespace)
                        .withName("shapes-workers")
                        .get()
                        .getSpec()
                        .getPublishNotReadyAddresses()));
    String before = serviceVersion();
    assertQuiet();
    assertThat(serviceVersion()).isEqualTo(before);
  }

  private String serviceVersion() {
    return client
        .services()
        .inNamespace(cluster.namespace)
        .withName("shapes-workers")
        .get()
        .getMetadata()
        .getResourceVersion();
  }

  private void suspend(boolean wish) {
    String yaml = JOB.replace("spec:\n", "spec:\n  suspend: " + wish + "\n");
    change(job -> job.setSpec(JobFile.parse("test", yaml).getSpec()));
  }
}

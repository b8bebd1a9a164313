package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.status.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Workers die: all start again, or the job fails with the cause. */
class RestartTest extends ServerTest {
  @Test
  void allWorkersStartAgainOnceTheLastPodOfTheLostAttemptIsGone() {
    create(JOB);
    List<Pod> pods = run("shapes-1");
    rank0.at(1, 3, 0.5);
    waitUntil(status -> Objects.equals(status.step(), 3));
    cluster.end(name(pods, 1), 137, "Error", null);
    cluster.failing(jobNamed("shapes-1"));

    GrpoJobStatus draining = waitFor(Conditions.RESTARTING);
    assertThat(draining.phase()).isEqualTo(Phase.RESTARTING);
    assertNoJobDuring(Duration.ofSeconds(1), "shapes-2");

    cluster.gone(name(pods, 0));
    cluster.failed(jobNamed("shapes-1"));
    List<Pod> again = run("shapes-2");
    GrpoJobStatus running = waitFor(Conditions.RUNNING);
    assertThat(running.restarts()).isEqualTo(1);
    assertThat(running.disruptions()).isZero();
    assertThat(running.attempts()).hasSize(2);
    assertThat(running.attempts().get(0).cause()).isEqualTo("Killed (exit code 137)");
    assertThat(running.attempts().get(0).lastStep()).isEqualTo(3);
    assertThat(failure(running).pod()).isEqualTo(name(pods, 1));
    assertThat(failure(running).node()).isEqualTo("node-1");
    assertThat(environment(again.get(0), "MASTER_ADDR")).isEqualTo("shapes-2-0.shapes-workers");
    assertThat(environment(again.get(0), "VLMR1_ATTEMPT")).isEqualTo("2");
    assertThat(find("shapes-1")).as("kept with its failed pod's log").isNotNull();
    assertThat(operator.registry.counter("grpojob.restarts", "cause", "failure").count())
        .isEqualTo(1);
  }

  @Test
  void anErrorThatLastsFailsTheJobAtOnceWithFileAndLine() {
    create(JOB);
    List<Pod> pods = run("shapes-1");
    waitFor(Conditions.RUNNING);
    String message = "train.jsonl:3: not JSON; correct the line";
    cluster.end(
        name(pods, 0),
        ExitCode.BAD_DATA.code(),
        "Error",
        TerminationMessage.of(ExitCode.BAD_DATA, message).toJson());

    GrpoJobStatus failed = waitFor(Conditions.FINISHED);
    assertThat(failed.phase()).isEqualTo(Phase.FAILED);
    assertThat(failed.restarts()).isZero();
    assertThat(failure(failed).exitCode()).isEqualTo(11);
    assertThat(failure(failed).reason()).isEqualTo("BadData");
    assertThat(failure(failed).message()).isEqualTo(message);
    assertThat(condition(Conditions.FAILED).getMessage()).contains(name(pods, 0), message);
    assertThat(condition(Conditions.FAILED).getReason()).isEqualTo("BadData");
    assertThat(events()).contains("Failed");
    assertQuiet();
    assertThat(find("shapes-2")).isNull();
  }

  @Test
  void aKilledWorkerBeyondTheBudgetFailsTheJobAndSaysOomKilled() {
    create(JOB.replace("maxRestarts: 1", "maxRestarts: 0"));
    List<Pod> pods = run("shapes-1");
    cluster.end(name(pods, 0), 137, "OOMKilled", null);
    cluster.end(name(pods, 1), ExitCode.PEER_LOST.code(), "Error", null);
    cluster.failed(jobNamed("shapes-1"));

    GrpoJobStatus failed = waitFor(Conditions.FAILED);
    assertThat(failure(failed).reason()).isEqualTo("OOMKilled");
    assertThat(condition(Conditions.FAILED).getReason()).isEqualTo("RestartsExhausted");
    assertThat(condition(Conditions.FAILED).getMessage())
        .startsWith("OOMKilled: pod " + name(pods, 0) + " on node node-0, exit code 137");
  }

  @Test
  void anEvictionIsADisruptionAndNoFailure() {
    create(JOB.replace("maxRestarts: 1", "maxRestarts: 0"));
    List<Pod> pods = run("shapes-1");
    cluster.evict(name(pods, 1));
    cluster.end(name(pods, 0), ExitCode.PEER_LOST.code(), "Error", null);
    cluster.failed(jobNamed("shapes-1"));

    run("shapes-2");
    GrpoJobStatus running = waitFor(Conditions.RUNNING);
    assertThat(running.disruptions()).isEqualTo(1);
    assertThat(running.restarts()).isZero();
    assertThat(running.attempts().get(0).cause()).isEqualTo("EvictionByEvictionAPI");
  }

  @Test
  void anAttemptThatStandsStillIsRestarted() {
    create(JOB.replace("maxRestarts: 1", "maxRestarts: 1, stallTimeoutSeconds: 2"));
    List<Pod> pods = run("shapes-1");
    rank0.at(1, 5, 0.5);
    waitUntil(status -> Objects.equals(status.step(), 5));
    await().atMost(PATIENCE).until(() -> find("shapes-1") == null);
    pods.forEach(pod -> cluster.gone(pod.getMetadata().getName()));

    run("shapes-2");
    GrpoJobStatus running = waitFor(Conditions.RUNNING);
    assertThat(running.attempts().get(0).cause()).isEqualTo("Stalled");
    assertThat(failure(running).message()).isEqualTo("no progress for 2 s after step 5");
    assertThat(running.restarts()).isEqualTo(1);
  }

  @Test
  void anOperatorThatIsStartedAgainGoesOnWhereTheLastOneWas() {
    create(JOB);
    List<Pod> pods = run("shapes-1");
    rank0.at(1, 3, 0.5);
    waitUntil(status -> Objects.equals(status.step(), 3));
    operator.close();
    cluster.end(name(pods, 1), 1, "Error", null);
    cluster.gone(name(pods, 0));
    cluster.failed(jobNamed("shapes-1"));

    operator = new RunningOperator(api, cluster.namespace);
    run("shapes-2");
    GrpoJobStatus running = waitFor(Conditions.RUNNING);
    assertThat(running.attempt()).isEqualTo(2);
    assertThat(running.restarts()).isEqualTo(1);
    assertThat(running.attempts().get(0).lastStep()).isEqualTo(3);
    assertThat(failure(running).reason()).isEqualTo("Internal");
  }

  private void assertNoJobDuring(Duration time, String name) {
    await().during(time).atMost(time.plusSeconds(5)).until(() -> find(name) == null);
  }

  private static Failure failure(GrpoJobStatus status) {
    return Objects.requireNonNull(status.failure());
  }

  private static String name(List<Pod> pods, int index) {
    return pods.get(index).getMetadata().getName();
  }

  private static String environment(Pod pod, String variable) {
    return pod.getSpec().getContainers().get(0).getEnv().stream()
        .filter(entry -> entry.getName().equals(variable))
        .map(entry -> entry.getValue())
        .findFirst()
        .orElseThrow();
  }
}

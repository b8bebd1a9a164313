package io.vlmr1.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.opentest4j.TestAbortedException;

/**
 * From {@code helm install} and {@code kubectl apply} to an evaluated model, in real containers.
 * The first run is the plain one; it goes first, so that the others fail for their own reasons.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
  private static final String NAMESPACE = "vlmr1-e2e";

  /** For anything that a job does; a machine that is busy with other work takes that long. */
  private static final int MINUTES = 10;

  private static @Nullable TestCluster opened;

  private final TestCluster cluster = opened();
  private final Jobs jobs = new Jobs(cluster, NAMESPACE);

  @BeforeAll
  static void installTheOperatorAndPrepareTheData() {
    opened = Prepared.cluster(NAMESPACE).orElse(null);
  }

  @AfterAll
  static void stopTheCluster() {
    if (opened != null) {
      opened.close();
    }
  }

  @AfterEach
  void keepWhatTheClusterSays(TestInfo test) {
    Diagnosis.write(
        cluster,
        Prepared.LOGS.resolve(test.getTestMethod().orElseThrow().getName()),
        Prepared.OPERATOR_NAMESPACE,
        NAMESPACE);
  }

  @Test
  @Order(1)
  void trainsOnTwoWorkersAndEvaluates() throws IOException {
    int steps = 6;
    jobs.apply(Shapes.job(Shapes.JOB, steps, 3));
    List<Pod> workers = jobs.workers(Shapes.JOB, 1);
    String waited =
        cluster
            .kubectl()
            .run(
                "wait",
                "--for=condition=Finished",
                "grpojob/" + Shapes.JOB,
                "--namespace",
                NAMESPACE,
                "--timeout=" + MINUTES + "m");
    assertThat(waited).contains("condition met");

    GrpoJobStatus status = jobs.await(Shapes.JOB, ClusterIT::finished, 1);
    assertThat(status.phase()).as("%s", status).isEqualTo(Phase.SUCCEEDED);
    assertThat(status.conditions()).anyMatch(isTrue("Complete")).anyMatch(isTrue("Evaluated"));
    assertThat(status.step()).isEqualTo(steps);
    assertThat(status.reward()).isNotNull().isBetween(0.0, 2.0);
    assertThat(status.evaluations()).hasSize(2).allSatisfy(ClusterIT::hasMetrics);
    assertThat(jobs.columns(Shapes.JOB))
        .containsEntry("PHASE", "Succeeded")
        .containsEntry("STEP", Integer.toString(steps))
        .containsEntry("RESTARTS", "0")
        .containsKeys("NAME", "REWARD", "WORKERS", "AGE");

    assertThat(workers).hasSize(2).allSatisfy(ClusterIT::isLocked);
    assertThat(jobs.log(workers.get(1))).as("log of the worker with rank 1").isNotBlank();
    Optional<OutputLayout> output = jobs.output(Shapes.JOB);
    if (output.isPresent()) {
      OutputLayout files = output.get();
      assertThat(Files.readAllLines(files.metrics())).as("one line a step").hasSize(steps);
      assertThat(files.finalModel().resolve("config.json")).exists();
      assertThat(Files.mismatch(weights(files.checkpoint(3)), weights(files.checkpoint(6))))
          .as("first byte that three steps changed in the weights")
          .isNotNegative();
    }
  }

  @Test
  @Order(2)
  void restartsAllWorkersFromTheCheckpointWhenOneIsKilled() throws IOException {
    String name = "shapes-killed";
    int steps = 400; // so many that it still trains when its progress has been seen
    int every = 25;
    GenericKubernetesResource job = Shapes.job(name, steps, every);
    Shapes.set(job, List.of(), "evaluations");
    jobs.apply(job);
    jobs.await(name, status -> status.step() != null && status.step() > every, MINUTES);
    Pod victim = jobs.workers(name, 1).get(1);
    cluster.kill(victim);

    GrpoJobStatus status = jobs.await(name, ClusterIT::finished, MINUTES);
    assertThat(status.phase()).as("%s", status).isEqualTo(Phase.SUCCEEDED);
    assertThat(status.step()).isEqualTo(steps);
    assertThat(status.restarts()).isEqualTo(1);
    assertThat(status.attempts()).extracting(Attempt::number).containsExactly(1, 2);
    assertThat(status.attempts().get(0).cause())
        .as("why attempt 1 ended")
        .startsWith("Killed")
        .contains("137");
    assertThat(status.failure())
        .isNotNull()
        .satisfies(failure -> assertThat(failure.exitCode()).isEqualTo(137))
        .extracting(Failure::pod)
        .isEqualTo(victim.getMetadata().getName());
    assertThat(status.attempts().get(1).firstStep())
        .as("the step that attempt 2 went on from")
        .isBetween(every, steps - 1)
        .satisfies(step -> assertThat(step % every).isZero());
    assertThat(jobs.workers(name, 2)).extracting(pod -> pod.getMetadata().getName()).hasSize(2);
    Optional<OutputLayout> output = jobs.output(name);
    if (output.isPresent()) {
      assertThat(Files.readAllLines(output.get().metrics())).as("one line a step").hasSize(steps);
    }
  }

  @Test
  @Order(3)
  void failsOnABadLineOfDataWithoutARetry() throws IOException {
    String name = "shapes-bad-line";
    String place = badData();
    GenericKubernetesResource job = Shapes.job(name, 4, 2);
    String file = place.substring(0, place.lastIndexOf(':'));
    Shapes.set(
        job, List.of(Map.of("name", "bad", "path", file, "images", "images")), "data", "datasets");
    jobs.apply(job);

    GrpoJobStatus status = jobs.await(name, ClusterIT::finished, MINUTES);
    assertThat(status.phase()).as("%s", status).isEqualTo(Phase.FAILED);
    assertThat(status.conditions()).anyMatch(isTrue("Failed"));
    assertThat(status.failure())
        .isNotNull()
        .satisfies(failure -> assertThat(failure.message()).contains(place))
        .extracting(Failure::exitCode)
        .isEqualTo(ExitCode.BAD_DATA.code());
    assertThat(status.attempts()).as("no retry mends data").hasSize(1);
    assertThat(status.restarts()).isIn(null, 0);
  }

  @Test
  @Order(4)
  void evaluatesEveryCheckpointAndServesTheBest() throws Exception {
    String name = "shapes-served";
    int steps = 90;
    GenericKubernetesResource job = Shapes.job(name, steps, 30);
    Shapes.evaluateEveryCheckpoint(job);
    Shapes.set(job, Map.of("replicas", 1), "serving");
    jobs.apply(job);
    GrpoJobStatus status = jobs.await(name, ClusterIT::finished, MINUTES);
    assertThat(status.phase()).as("%s", status).isEqualTo(Phase.SUCCEEDED);
    EvaluationStatus every = status.evaluations().get(0);
    assertThat(every.checkpoints())
        .as("%s", every)
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.metrics()).containsKey("iou"));
    String best = String.valueOf(status.bestCheckpoint());
    assertThat(every.checkpoints()).extracting(one -> one.checkpoint()).contains(best);
    Optional<OutputLayout> output = jobs.output(name);
    if (output.isPresent()) {
      assertThat(output.get().model(best).resolve("config.json")).as("it stays").exists();
    }
    GrpoJobStatus served =
        jobs.await(name, now -> now.conditions().stream().anyMatch(isTrue("Served")), MINUTES);
    assertThat(served.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(jobs.askServed(name)).contains("\"choices\"").contains("\"content\"");
  }

  /** A file below the data root with a line that is no JSON: file:line. */
  private String badData() throws IOException {
    Optional<Path> folder = cluster.folder(Shapes.DATA_CLAIM);
    if (folder.isEmpty()) {
      return "model/config.json:1"; // of several lines, so the first is not whole
    }
    Path data = folder.get();
    List<String> lines =
        new ArrayList<>(Files.readAllLines(data.resolve("train.jsonl")).subList(0, 8));
    lines.set(2, lines.get(2).substring(0, 20));
    Files.write(data.resolve("bad.jsonl"), lines);
    return "bad.jsonl:3";
  }

  private static Path weights(Path checkpoint) {
    return checkpoint.resolve("model.safetensors");
  }

  private static boolean finished(GrpoJobStatus status) {
    return status.conditions().stream().anyMatch(isTrue("Finished"));
  }

  private static Predicate<Condition> isTrue(String type) {
    return condition -> condition.getType().equals(type) && condition.getStatus().equals("True");
  }

  private static void hasMetrics(EvaluationStatus evaluation) {
    assertThat(evaluation.state()).as("%s", evaluation).isEqualTo(EvaluationStatus.State.SUCCEEDED);
    assertThat(evaluation.metrics()).containsKey("accuracy");
    assertThat(evaluation.metrics().get("accuracy")).isBetween(0.0, 1.0);
  }

  /** Not root, nothing to write to, no rights: what restricted asks for, and a bit more. */
  private static void isLocked(Pod pod) {
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getContainers())
        .allSatisfy(
            container -> {
              assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
              assertThat(container.getSecurityContext().getCapabilities().getDrop())
                  .contains("ALL");
            });
  }

  private static TestCluster opened() {
    if (opened == null) {
      throw new TestAbortedException("there is no cluster; what was said before tells why");
    }
    return opened;
  }
}

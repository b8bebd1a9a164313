package io.vlmr1.operator.cluster;

import static io.vlmr1.operator.cluster.TestCluster.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.opentest4j.TestAbortedException;

/**
 * Faults at random moments of a real training: its final weights have to be, to the bit, those of a
 * run that nothing broke. {@code -Dfaults=N} is how often workers and the operator are killed; half
 * as often jobs are suspended and deleted. {@code -Dfaults.seed} repeats the moments of an earlier
 * run.
 */
class FaultsIT {
  private static final String NAMESPACE = "vlmr1-faults";
  private static final int MINUTES = 10;
  private static final int STEPS = 240;
  private static final int EVERY = 10;

  /** So many of them fit into one run before it is over. */
  private static final int FAULTS_A_JOB = 5;

  private static final int FAULTS = Integer.getInteger("faults", 2);
  private static final int STOPS = (FAULTS + 1) / 2;
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

  private static @Nullable TestCluster opened;
  private static @Nullable String unbroken;

  private final TestCluster cluster = opened();
  private final Jobs jobs = new Jobs(cluster, NAMESPACE);
  private final OperatorPod operator = new OperatorPod(cluster);
  private final Random random = new Random(SEED);

  @BeforeAll
  static void prepareAndRunUnbroken() throws IOException {
    opened = Prepared.ownCluster(NAMESPACE).orElse(null);
    if (opened == null) {
      return; // each test says so
    }
    say("faults: " + FAULTS + " kills, " + STOPS + " stops, -Dfaults.seed=" + SEED);
    Jobs jobs = new Jobs(opened, NAMESPACE);
    jobs.apply(job("unbroken"));
    unbroken = weights(jobs, "unbroken", jobs.await("unbroken", FaultsIT::finished, MINUTES));
    say("weights of the unbroken run: " + unbroken);
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
  void killedWorkersLeaveTheWeightsOfAnUnbrokenRun() throws IOException {
    int kills = 0;
    for (int run = 1; kills < FAULTS; run++) {
      String name = "killed-" + run;
      jobs.apply(job(name));
      int wanted = Math.min(FAULTS_A_JOB, FAULTS - kills);
      int done = 0;
      while (done < wanted && killOne(name, done + 1)) {
        done++;
      }
      kills += done;
      GrpoJobStatus status = jobs.await(name, FaultsIT::finished, MINUTES);
      assertThat(status.restarts()).as("%s", status).isEqualTo(done);
      assertThat(status.attempts()).extracting(Attempt::number).hasSize(done + 1);
      assertGoesOn(status.attempts());
      assertThat(weights(jobs, name, status)).isEqualTo(unbroken);
      say(name + ": " + done + " workers killed, same weights; " + spans(status));
    }
  }

  /** Equal weights alone do not tell: a training that begins anew comes to the same. */
  private static void assertGoesOn(List<Attempt> attempts) {
    int reached = 0;
    for (Attempt one : attempts) {
      Integer first = one.firstStep();
      if (first != null) { // the checkpoint of the last steps may not have been whole yet
        assertThat(first).as("%s", attempts).isGreaterThan(reached - 2 * EVERY);
      }
      reached = Math.max(reached, number(one.lastStep()));
    }
  }

  /** False when the training was over before. */
  private boolean killOne(String name, int attempt) {
    List<Pod> workers = jobs.workers(name, attempt);
    sometimesOnceItTrains(name, attempt);
    Pod victim = workers.get(random.nextInt(workers.size()));
    String pod = victim.getMetadata().getName();
    Pod now = cluster.client().pods().inNamespace(NAMESPACE).withName(pod).get();
    if (now == null || !"Running".equals(now.getStatus().getPhase())) {
      return false;
    }
    cluster.kill(now);
    GrpoJobStatus status =
        jobs.await(name, one -> finished(one) || number(one.restarts()) >= attempt, MINUTES);
    return number(status.restarts()) >= attempt;
  }

  @Test
  void suspendedTrainingsGoOnToTheWeightsOfAnUnbrokenRun() throws IOException {
    int stops = 0;
    for (int run = 1; stops < STOPS; run++) {
      String name = "suspended-" + run;
      jobs.apply(job(name));
      int wanted = Math.min(FAULTS_A_JOB, STOPS - stops);
      int done = 0;
      while (done < wanted && suspendAndResume(name, done + 1)) {
        done++;
      }
      stops += done;
      GrpoJobStatus status = jobs.await(name, FaultsIT::finished, MINUTES);
      assertThat(status.restarts()).as("a suspension is no restart").isEqualTo(0);
      assertThat(weights(jobs, name, status)).isEqualTo(unbroken);
      say(name + ": suspended " + done + " times, same weights; " + spans(status));
    }
  }

  private boolean suspendAndResume(String name, int attempt) {
    jobs.await(name, status -> finished(status) || number(status.attempt()) >= attempt, MINUTES);
    sometimesOnceItTrains(name, attempt);
    jobs.suspend(name, true);
    GrpoJobStatus status =
        jobs.await(name, one -> finished(one) || holds(one, "Suspended"), MINUTES);
    if (finished(status)) {
      return false;
    }
    assertThat(jobs.running(name)).as("workers of a suspended job").isEmpty();
    jobs.suspend(name, false);
    return true;
  }

  @Test
  void deletedJobsLeaveNothingButTheirCheckpoints() throws IOException {
    for (int run = 1; run <= STOPS; run++) {
      String name = "deleted-" + run;
      jobs.apply(job(name));
      pass(15_000);
      cluster.kubectl().run("delete", "grpojob", name, "--namespace", NAMESPACE);
      await(name)
          .atMost(Duration.ofMinutes(MINUTES))
          .untilAsserted(() -> assertThat(leftOf(name)).isEmpty());
    }
    String name = "deleted-1"; // what lies in its claim is taken up again
    cluster.kubectl().feed(Shapes.yaml(job(name)), "apply", "--namespace", NAMESPACE, "-f", "-");
    assertThat(weights(jobs, name, jobs.await(name, FaultsIT::finished, MINUTES)))
        .isEqualTo(unbroken);
  }

  private String leftOf(String name) {
    return cluster
        .kubectl()
        .run(
            "get",
            "grpojobs,jobs,pods,configmaps,services,networkpolicies",
            "--namespace",
            NAMESPACE,
            "--selector=" + Shapes.LABEL + "=" + name,
            "--output=name");
  }

  @Test
  void aKilledOperatorChangesNothing() throws IOException {
    int kills = 0;
    for (int run = 1; kills < FAULTS; run++) {
      String name = "operated-" + run;
      jobs.apply(job(name));
      int before = kills;
      while (kills < FAULTS && !finished(jobs.await(name, any -> true, MINUTES))) {
        pass(6_000);
        operator.end(kills % 2 == 0);
        kills++;
      }
      GrpoJobStatus status = jobs.await(name, FaultsIT::finished, MINUTES);
      assertThat(status.restarts()).as("%s", status).isEqualTo(0);
      assertThat(status.disruptions()).isEqualTo(0);
      assertThat(weights(jobs, name, status)).isEqualTo(unbroken);
      say(name + ": operator ended " + (kills - before) + " times, same weights");
    }
  }

  @Test
  void anApiServerThatIsGoneForAWhileChangesNothing() throws IOException {
    outlives("unserved", ControlPlane::killApiServer, 5 + random.nextInt(15));
  }

  @Test
  void anEtcdThatStandsStillChangesNothing() throws IOException {
    outlives("unstored", ControlPlane::holdEtcd, 30);
  }

  /** A training goes on while nobody can ask for it, and is not counted as broken afterwards. */
  private void outlives(String name, Function<ControlPlane, Runnable> outage, int seconds)
      throws IOException {
    jobs.apply(job(name));
    jobs.await(name, status -> finished(status) || trains(status, 1), MINUTES);
    pass(6_000);
    Path metrics = jobs.output(name).orElseThrow().metrics();
    int before = Files.readAllLines(metrics).size();
    assertThat(before).as("steps before the outage").isLessThan(STEPS);
    Runnable over = outage.apply(cluster.controlPlane());
    await().pollDelay(Duration.ofSeconds(seconds)).atMost(Duration.ofMinutes(1)).until(() -> true);
    assertThat(Files.readAllLines(metrics)).as("goes on meanwhile").hasSizeGreaterThan(before);
    over.run();
    await("the API server is back")
        .atMost(Duration.ofMinutes(MINUTES))
        .until(() -> cluster.kubectl().attempt("", "get", "--raw", "/readyz").code() == 0);
    GrpoJobStatus status = jobs.await(name, FaultsIT::finished, MINUTES);
    assertThat(status.restarts()).as("%s", status).isEqualTo(0);
    assertThat(status.disruptions()).as("%s", status).isEqualTo(0);
    assertThat(weights(jobs, name, status)).isEqualTo(unbroken);
    say(name + ": " + seconds + " s, same weights");
  }

  /**
   * Every other time some seconds after an attempt has begun, whatever it does then; else some
   * seconds after it has been seen to train, which on a busy machine is much later.
   */
  private void sometimesOnceItTrains(String name, int attempt) {
    if (attempt % 2 == 0) {
      jobs.await(name, status -> finished(status) || trains(status, attempt), MINUTES);
      pass(6_000);
    } else {
      pass(12_000);
    }
  }

  private static boolean trains(GrpoJobStatus status, int attempt) {
    return status.attempts().stream()
        .anyMatch(one -> one.number() == attempt && one.lastStep() != null);
  }

  /** The moments are random so that no order of events is favoured. */
  private void pass(int atMostMillis) {
    await()
        .pollDelay(Duration.ofMillis(random.nextInt(atMostMillis)))
        .atMost(Duration.ofMinutes(1))
        .until(() -> true);
  }

  private static GenericKubernetesResource job(String name) {
    GenericKubernetesResource job = Shapes.job(name, STEPS, EVERY);
    Shapes.set(job, List.of(), "evaluations");
    Shapes.set(job, Map.of("maxRestarts", FAULTS_A_JOB + 1, "backoffSeconds", 0), "restartPolicy");
    return job;
  }

  private static String weights(Jobs jobs, String name, GrpoJobStatus status) throws IOException {
    assertThat(status.phase()).as("%s: %s", name, status).isEqualTo(Phase.SUCCEEDED);
    assertThat(status.step()).isEqualTo(STEPS);
    OutputLayout output = jobs.output(name).orElseThrow();
    assertThat(Files.readAllLines(output.metrics())).as("one line a step").hasSize(STEPS);
    Path weights = output.finalModel().resolve("model.safetensors");
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(Files.readAllBytes(weights)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String spans(GrpoJobStatus status) {
    return String.join(
        ", ", status.attempts().stream().map(a -> a.firstStep() + " to " + a.lastStep()).toList());
  }

  private static boolean finished(GrpoJobStatus status) {
    return holds(status, "Finished");
  }

  private static boolean holds(GrpoJobStatus status, String type) {
    for (Condition condition : status.conditions()) {
      if (condition.getType().equals(type)) {
        return condition.getStatus().equals("True");
      }
    }
    return false;
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private static TestCluster opened() {
    if (opened == null) {
      throw new TestAbortedException("no cluster of its own; what was said before tells why");
    }
    return opened;
  }
}

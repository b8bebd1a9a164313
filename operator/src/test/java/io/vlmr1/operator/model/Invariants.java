package io.vlmr1.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.api.v1alpha1.RestartPolicy;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.status.Conditions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What holds at any moment, whatever happened before. */
final class Invariants {
  private final World world;

  Invariants(World world) {
    this.world = world;
  }

  /** After every event. */
  void always() {
    Set<String> attempts =
        world.pods.stream()
            .filter(World.OnePod::left)
            .map(pod -> pod.owner)
            .filter(owner -> owner.matches("shapes-\\d+"))
            .collect(Collectors.toSet());
    // a Job that is failing makes no more pods: once none is left, nothing of it lives
    world.jobs.values().stream()
        .filter(job -> job.attempt > 0 && job.state == JobSeen.State.ACTIVE)
        .forEach(job -> attempts.add(job.name));
    assertThat(attempts).as("attempts alive at once").hasSizeLessThan(2);
    RestartPolicy policy = world.job().getSpec().restartPolicy();
    GrpoJobStatus status = world.status();
    int restarts = Objects.requireNonNullElse(status.restarts(), 0);
    int disruptions = Objects.requireNonNullElse(status.disruptions(), 0);
    assertThat(restarts).as("restarts").isLessThanOrEqualTo(policy.maxRestarts());
    assertThat(disruptions).as("disruptions").isLessThanOrEqualTo(policy.maxDisruptions());
    int most = world.observe().attempt();
    assertThat(most)
        .as("attempts: the first, and one for each restart, disruption and suspension")
        .isLessThanOrEqualTo(1 + restarts + disruptions + world.suspensions);
    assertThat(status.attempts()).hasSizeLessThanOrEqualTo(10);
    evaluations(status);
  }

  /** Evaluations beside the training are few, and so is what is told of them. */
  private void evaluations(GrpoJobStatus status) {
    boolean training = status.attempts().stream().noneMatch(a -> "Completed".equals(a.cause()));
    Map<String, Long> beside =
        world.jobs.values().stream()
            .filter(job -> job.evaluation != null && !job.evaluation.isFinal())
            .filter(World.OneJob::active)
            .collect(
                Collectors.groupingBy(
                    job -> Objects.requireNonNull(job.evaluation).evaluation(),
                    Collectors.counting()));
    if (training) { // an evaluation that was taken out of the spec may still run beside another
      assertThat(beside.values())
          .as("of one evaluation beside the training")
          .allMatch(many -> many == 1);
    }
    assertThat(status.evaluations())
        .allSatisfy(
            entry ->
                assertThat(entry.checkpoints())
                    .as("checkpoints that are told")
                    .hasSizeLessThanOrEqualTo(6 + OutputLayout.MOST_WAITING + 4));
    if (status.completionTime() == null) {
      assertThat(world.serving).as("served before the end").isNull();
    }
  }

  /** After a status was written, before anything else happens. */
  void ofTheStatus() {
    GrpoJobStatus status = world.status();
    List<Condition> conditions = status.conditions();
    assertThat(status.observedGeneration()).isEqualTo(world.job().getMetadata().getGeneration());
    boolean finished = Conditions.holds(conditions, Conditions.FINISHED);
    assertThat(finished).as("Finished has an end").isEqualTo(status.completionTime() != null);
    boolean complete = Conditions.holds(conditions, Conditions.COMPLETE);
    boolean failed = Conditions.holds(conditions, Conditions.FAILED);
    assertThat(finished).as("one of two ends").isEqualTo(complete ^ failed);
    assertThat(complete && failed).isFalse();
    if (Conditions.holds(conditions, Conditions.RUNNING)) {
      assertThat(atWork()).as("Running: all workers run").isEqualTo(wanted());
      assertThat(status.phase()).isEqualTo(Phase.RUNNING);
      assertThat(Conditions.holds(conditions, Conditions.SUSPENDED)).isFalse();
      assertThat(Conditions.holds(conditions, Conditions.RESTARTING)).isFalse();
    }
    if (Conditions.holds(conditions, Conditions.SUSPENDED) && !finished) {
      assertThat(world.pods).as("Suspended: nothing runs").noneMatch(World.OnePod::left);
      assertThat(world.jobs.values()).noneMatch(World.OneJob::active);
    }
    if (complete) {
      Attempt last = status.attempts().get(status.attempts().size() - 1);
      assertThat(last.cause()).as("Complete: the last attempt was").isEqualTo("Completed");
      World.OneJob job = world.jobs.get(world.attemptName(last.number()));
      assertThat(job == null || job.state == JobSeen.State.COMPLETE)
          .as("the completed Job")
          .isTrue();
    }
    if (!finished) {
      assertThat(
              Conditions.holds(conditions, Conditions.READY)
                  && Conditions.holds(conditions, Conditions.RECONCILING))
          .as("kstatus: not ready and reconciling at once")
          .isFalse();
    }
    phaseFits(status, finished);
    served(conditions, complete);
    best(status);
  }

  private void served(List<Condition> conditions, boolean complete) {
    if (Conditions.holds(conditions, Conditions.SERVED)) {
      assertThat(complete).as("only what was trained is served").isTrue();
      assertThat(world.servers).as("Served: pods answer").isPositive();
    }
  }

  /** No checkpoint that is told is better than the best. */
  private void best(GrpoJobStatus status) {
    world
        .job()
        .getSpec()
        .bestCheckpoint()
        .ifPresent(
            spec ->
                status.evaluations().stream()
                    .filter(entry -> entry.name().equals(spec.evaluation()))
                    .forEach(
                        entry -> {
                          double most =
                              entry.checkpoints().stream()
                                  .mapToDouble(one -> spec.worth(one.metrics()))
                                  .filter(worth -> !Double.isNaN(worth))
                                  .max()
                                  .orElse(Double.NaN);
                          entry.checkpoints().stream()
                              .filter(one -> one.checkpoint().equals(status.bestCheckpoint()))
                              .filter(one -> !Double.isNaN(most))
                              .forEach(
                                  one ->
                                      assertThat(spec.worth(one.metrics()))
                                          .as("the best checkpoint")
                                          .isEqualTo(most));
                        }));
  }

  private void phaseFits(GrpoJobStatus status, boolean finished) {
    Set<Phase> ends = Set.of(Phase.SUCCEEDED, Phase.FAILED);
    assertThat(ends.contains(Objects.requireNonNull(status.phase())))
        .as("phase %s, finished %s", status.phase(), finished)
        .isEqualTo(finished);
    status.attempts().stream()
        .limit(Math.max(0, status.attempts().size() - 1))
        .forEach(a -> assertThat(a.end()).as("attempt %s ended", a.number()).isNotNull());
  }

  private long atWork() {
    int attempt = world.observe().attempt();
    return world.pods.stream()
        .filter(pod -> pod.owner.equals(world.attemptName(attempt)))
        .map(World.OnePod::seen)
        .filter(PodSeen::atWork)
        .count();
  }

  /** Workers of the open attempt: changed replicas count from the next one. */
  private int wanted() {
    return Objects.requireNonNull(world.jobs.get(world.attemptName(world.observe().attempt())))
        .completions;
  }
}

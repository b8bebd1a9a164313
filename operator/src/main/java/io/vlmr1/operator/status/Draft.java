package io.vlmr1.operator.status;

import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.observe.Observed;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A status being written: starts as the last one. */
final class Draft {
  private static final int MAX_ATTEMPTS = 10;

  final Conditions conditions;
  final List<Attempt> attempts;
  final String now;
  private final @Nullable Long generation;
  @Nullable Phase phase;
  @Nullable Integer step;
  @Nullable Integer maxSteps;
  @Nullable Double epoch;
  @Nullable Double reward;
  @Nullable Integer attempt;
  @Nullable Integer restarts;
  @Nullable Integer disruptions;
  @Nullable String workersReady;
  @Nullable String startTime;
  @Nullable String completionTime;
  @Nullable String eta;
  @Nullable Failure failure;
  List<EvaluationStatus> evaluations;
  @Nullable String bestCheckpoint;
  @Nullable String latestCheckpoint;
  @Nullable String memory;

  Draft(Observed seen) {
    GrpoJobStatus old = seen.status();
    generation = seen.job().getMetadata().getGeneration();
    now = seen.now().truncatedTo(ChronoUnit.SECONDS).toString();
    conditions = new Conditions(old.conditions(), generation, seen.now());
    attempts = new ArrayList<>(old.attempts());
    phase = old.phase();
    step = old.step();
    maxSteps = old.maxSteps();
    epoch = old.epoch();
    reward = old.reward();
    attempt = old.attempt();
    restarts = old.restarts();
    disruptions = old.disruptions();
    workersReady = old.workersReady();
    startTime = old.startTime();
    completionTime = old.completionTime();
    eta = old.eta();
    failure = old.failure();
    evaluations = old.evaluations();
    bestCheckpoint = old.bestCheckpoint();
    latestCheckpoint = old.latestCheckpoint();
    memory = old.memory();
  }

  /** Adds an attempt that the journal does not know yet; the oldest one makes room. */
  void open(int number, Instant start) {
    attempt = number;
    if (attempts.stream().noneMatch(entry -> entry.number() == number)) {
      String at = start.truncatedTo(ChronoUnit.SECONDS).toString();
      attempts.add(new Attempt(number, at, null, null, null, null));
    }
    while (attempts.size() > MAX_ATTEMPTS) {
      attempts.remove(0);
    }
  }

  /** Writes the end of an attempt, unless it has one. */
  void close(int number, String cause) {
    change(
        number,
        a ->
            a.end() == null
                ? new Attempt(a.number(), a.start(), now, a.firstStep(), a.lastStep(), cause)
                : a);
  }

  /** Writes how far an attempt is; `firstStep` is null where nobody saw it begin. */
  void moved(int number, @Nullable Integer firstStep, int lastStep) {
    change(
        number,
        a ->
            new Attempt(
                a.number(),
                a.start(),
                a.end(),
                a.firstStep() == null ? firstStep : a.firstStep(),
                lastStep,
                a.cause()));
  }

  private void change(int number, UnaryOperator<Attempt> change) {
    attempts.replaceAll(entry -> entry.number() == number ? change.apply(entry) : entry);
  }

  /** The job has ended. */
  void over(Phase end) {
    phase = end;
    completionTime = now;
    eta = null;
    String message = "the job is over";
    conditions.noLonger(Conditions.RUNNING, "Finished", message);
    conditions.noLonger(Conditions.RESTARTING, "Finished", message);
    conditions.noLonger(Conditions.SUSPENDED, "Finished", message);
  }

  /** What was asked for is not reached yet. */
  void moving(String reason, String message) {
    conditions.no(Conditions.READY, reason, message);
    conditions.yes(Conditions.RECONCILING, reason, message);
    conditions.no(Conditions.STALLED, reason, message);
  }

  /** The operator has nothing left to do for now. */
  void settled(boolean ready, String reason, String message) {
    if (ready) {
      conditions.yes(Conditions.READY, reason, message);
    } else {
      conditions.no(Conditions.READY, reason, message);
    }
    conditions.no(Conditions.RECONCILING, reason, message);
    conditions.no(Conditions.STALLED, reason, message);
  }

  GrpoJobStatus finished() {
    return new GrpoJobStatus(
        generation,
        phase,
        conditions.list(),
        step,
        maxSteps,
        epoch,
        reward,
        attempt,
        restarts,
        disruptions,
        workersReady,
        startTime,
        completionTime,
        eta,
        failure,
        attempts,
        evaluations,
        bestCheckpoint,
        latestCheckpoint,
        memory);
  }
}

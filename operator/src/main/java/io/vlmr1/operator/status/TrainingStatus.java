package io.vlmr1.operator.status;

import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Ending;
import io.vlmr1.operator.decide.Journal;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.resource.Gang;
import io.vlmr1.operator.resource.Names;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The status of a job whose attempts start, run, end and follow each other. */
final class TrainingStatus {
  private static final String WORKERS_RUN = " workers run";

  private final Observed seen;
  private final Draft draft;
  private final Conditions conditions;
  private final UnaryOperator<Failure> lastWords;

  /** Writes into the draft; lastWords adds the end of its log to a failure that is new. */
  TrainingStatus(Observed seen, Draft draft, UnaryOperator<Failure> lastWords) {
    this.seen = seen;
    this.draft = draft;
    this.conditions = draft.conditions;
    this.lastWords = lastWords;
  }

  /** An attempt was started at that time. */
  void begun(int attempt, Instant at) {
    draft.open(attempt, at);
    draft.startTime =
        Objects.requireNonNullElse(draft.startTime, at.truncatedTo(ChronoUnit.SECONDS).toString());
    draft.restarts = Objects.requireNonNullElse(draft.restarts, 0);
    draft.disruptions = Objects.requireNonNullElse(draft.disruptions, 0);
    conditions.yes(Conditions.INITIALIZED, "Prepared", "spec, service and volumes are in place");
  }

  GrpoJobStatus start(Decision.Start decision) {
    begun(decision.attempt(), seen.now());
    draft.workersReady = "0/" + seen.spec().workers().replicas();
    draft.phase = restarting() ? Phase.RESTARTING : Phase.PREPARING;
    // the words of train() while no worker runs: its first look then finds nothing to write
    String message = draft.workersReady + WORKERS_RUN;
    conditions.no(Conditions.RUNNING, "WaitingForWorkers", message);
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", "workers are wanted");
    draft.moving("WaitingForWorkers", message);
    return draft.finished();
  }

  GrpoJobStatus train(Decision.Train decision) {
    Scalars.copy(seen, draft);
    evaluated();
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", "workers are wanted");
    if (seen.allAtWork()) {
      admitted();
      String message = "attempt " + seen.attempt() + ": all workers run";
      draft.phase = Phase.RUNNING;
      conditions.yes(Conditions.RUNNING, "AllWorkersRun", message);
      conditions.noLonger(Conditions.RESTARTING, "AllWorkersRun", message);
      draft.settled(true, "AllWorkersRun", message);
      return draft.finished();
    }
    if (seen.queued()) {
      return queued();
    }
    admitted();
    if (draft.phase != Phase.RUNNING) {
      draft.phase = restarting() ? Phase.RESTARTING : Phase.PREPARING;
    }
    conditions.no(Conditions.RUNNING, "WaitingForWorkers", waitingFor());
    draft.moving("WaitingForWorkers", waitingFor());
    return draft.finished();
  }

  /** What evaluations found of the checkpoints so far. */
  private void evaluated() {
    if (!seen.spec().everyCheckpoint().isEmpty() || !draft.evaluations.isEmpty()) {
      Evaluations.copy(seen, draft);
    }
  }

  /** Kueue holds the attempt back, or took its place away again. */
  private GrpoJobStatus queued() {
    String queue =
        Optional.ofNullable(seen.spec().workers().scheduling())
            .map(scheduling -> " " + scheduling.queue())
            .orElse("");
    String message = "attempt " + seen.attempt() + " waits in the queue" + queue;
    draft.phase = restarting() ? Phase.RESTARTING : Phase.PREPARING;
    draft.eta = null;
    conditions.no(Conditions.ADMITTED, "WaitingInQueue", message);
    conditions.no(Conditions.RUNNING, "WaitingInQueue", message);
    draft.moving("WaitingInQueue", message);
    return draft.finished();
  }

  private void admitted() {
    if (Gang.queued(seen.job())) {
      conditions.yes(
          Conditions.ADMITTED, "Admitted", "attempt " + seen.attempt() + " left the queue");
    }
  }

  private String waitingFor() {
    return draft.workersReady + WORKERS_RUN + Waiting.words(seen.workers());
  }

  GrpoJobStatus await(Decision.Await decision) {
    Scalars.copy(seen, draft);
    remember(decision.failure());
    boolean first = seen.attempt() == 0 || Journal.SUSPENDED.equals(lastCause());
    draft.phase = first ? Phase.PREPARING : Phase.RESTARTING;
    conditions.no(Conditions.RUNNING, decision.reason(), decision.message());
    if (!first) {
      conditions.yes(Conditions.RESTARTING, decision.reason(), decision.message());
    }
    draft.moving(decision.reason(), decision.message());
    return draft.finished();
  }

  private String lastCause() {
    return seen.journal().map(entry -> String.valueOf(entry.cause())).orElse("");
  }

  GrpoJobStatus end(Decision.EndAttempt decision) {
    Scalars.copy(seen, draft);
    Ending ending = decision.ending();
    remember(ending.failure());
    draft.close(decision.attempt(), ending.cause());
    if (ending.kind() == Ending.Kind.DISRUPTION) {
      draft.disruptions = Objects.requireNonNullElse(draft.disruptions, 0) + 1;
    } else {
      draft.restarts = Objects.requireNonNullElse(draft.restarts, 0) + 1;
    }
    draft.phase = Phase.RESTARTING;
    draft.eta = null;
    String message = "attempt " + decision.attempt() + " ended: " + ending.cause();
    conditions.no(Conditions.RUNNING, ending.kind().word(), message);
    conditions.yes(Conditions.RESTARTING, ending.kind().word(), message);
    draft.moving("Restarting", message);
    return draft.finished();
  }

  GrpoJobStatus fail(Decision.Fail decision) {
    Scalars.copy(seen, draft);
    remember(decision.ending().failure());
    draft.close(decision.attempt(), decision.ending().cause());
    draft.evaluations = Evaluations.abandoned(draft.evaluations);
    draft.over(Phase.FAILED);
    conditions.yes(Conditions.FAILED, decision.reason(), decision.message());
    conditions.yes(Conditions.FINISHED, "Failed", decision.message());
    draft.settled(false, decision.reason(), decision.message());
    conditions.yes(Conditions.STALLED, decision.reason(), decision.message());
    return draft.finished();
  }

  GrpoJobStatus completeTraining(Decision.CompleteTraining decision) {
    Scalars.copy(seen, draft);
    if (draft.maxSteps != null) { // it may have ended between two looks at its progress
      draft.step = draft.maxSteps;
      draft.moved(decision.attempt(), draft.maxSteps, draft.maxSteps);
    }
    draft.close(decision.attempt(), Journal.COMPLETED);
    if (seen.spec().evaluations().isEmpty()) {
      return new OutcomeStatus(seen, draft).finish(); // one write for both
    }
    draft.phase = Phase.EVALUATING;
    draft.eta = null;
    Evaluations.copy(seen, draft);
    String message = "all workers of attempt " + decision.attempt() + " did their work";
    conditions.no(Conditions.RUNNING, "Trained", message);
    conditions.noLonger(Conditions.RESTARTING, "Trained", message);
    draft.moving("Trained", message);
    return draft.finished();
  }

  /** Pods are taken away with the Job that holds on to them: their failure would go with it. */
  void forcedAway(Decision.ForceDelete decision) {
    String attempt = Names.attempt(seen.job(), seen.attempt());
    if (seen.attemptOpen() && decision.jobs().contains(attempt) && !knownToFail(attempt)) {
      remember(decision.failure()); // the attempt is judged when its Job is gone
    }
  }

  private boolean knownToFail(String attempt) {
    String pod = draft.failure == null ? null : draft.failure.pod();
    return (pod != null && pod.startsWith(attempt + "-"))
        || seen.workers().stream().anyMatch(PodSeen::failed);
  }

  /** A failure told before keeps its log: the pod may be gone by now. */
  private void remember(@Nullable Failure failure) {
    if (failure == null) {
      return;
    }
    Failure old = draft.failure;
    if (old != null && old.pod() != null && old.pod().equals(failure.pod())) {
      draft.failure = withLog(failure, old.log());
    } else {
      draft.failure = lastWords.apply(failure);
    }
  }

  private static Failure withLog(Failure failure, @Nullable String log) {
    return new Failure(
        failure.pod(),
        failure.node(),
        failure.exitCode(),
        failure.reason(),
        failure.message(),
        log);
  }

  private boolean restarting() {
    return conditions.holds(Conditions.RESTARTING);
  }
}

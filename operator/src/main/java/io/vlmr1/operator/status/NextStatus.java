package io.vlmr1.operator.status;

import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Ending;
import io.vlmr1.operator.decide.Journal;
import io.vlmr1.operator.decide.Problems;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.resource.Gang;
import io.vlmr1.operator.resource.Names;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The status after a decision: a method a case. Pure. */
public final class NextStatus implements Decision.Handler<GrpoJobStatus> {
  private static final String WORKERS_RUN = " workers run";

  private final Observed seen;
  private final Draft draft;
  private final Conditions conditions;
  private final UnaryOperator<Failure> lastWords;

  private NextStatus(Observed seen, UnaryOperator<Failure> lastWords) {
    this.seen = seen;
    this.lastWords = lastWords;
    this.draft = new Draft(seen);
    this.conditions = draft.conditions;
  }

  /**
   * What to write; equal to the last status when nothing changed.
   *
   * @param lastWords adds the end of its log to a failure that is new
   */
  public static GrpoJobStatus after(
      Observed seen, Decision decision, UnaryOperator<Failure> lastWords) {
    NextStatus next = new NextStatus(seen, lastWords);
    next.adopt();
    next.accepted();
    return decision.accept(next);
  }

  /** An attempt whose start did not reach the journal: the operator ended in between. */
  private void adopt() {
    seen.attemptJob()
        .filter(job -> seen.journal().isEmpty())
        .ifPresent(job -> draft.open(seen.attempt(), job.created()));
  }

  private void accepted() {
    if (draft.completionTime != null) {
      return;
    }
    if (seen.problems().isEmpty()) {
      conditions.yes(Conditions.ACCEPTED, "Valid", "the spec can be run");
    } else {
      conditions.no(Conditions.ACCEPTED, "InvalidSpec", Problems.lines(seen.problems()));
    }
  }

  @Override
  public GrpoJobStatus refuse(Decision.Refuse decision) {
    draft.phase = Phase.PENDING;
    conditions.no(Conditions.ACCEPTED, decision.reason(), decision.message());
    conditions.noLonger(Conditions.RUNNING, decision.reason(), "nothing runs");
    settled(false, decision.reason(), decision.message());
    conditions.yes(Conditions.STALLED, decision.reason(), decision.message());
    return draft.finished();
  }

  @Override
  public GrpoJobStatus prepare(Decision.Prepare decision) {
    draft.phase = Phase.PREPARING;
    draft.startTime = Objects.requireNonNullElse(draft.startTime, draft.now);
    String message = "downloading " + seen.spec().model().source() + Waiting.words(seen.pods());
    conditions.no(Conditions.INITIALIZED, "DownloadingModel", message);
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", message);
    moving("DownloadingModel", message);
    return draft.finished();
  }

  @Override
  public GrpoJobStatus start(Decision.Start decision) {
    draft.open(decision.attempt(), seen.now());
    draft.startTime = Objects.requireNonNullElse(draft.startTime, draft.now);
    draft.restarts = Objects.requireNonNullElse(draft.restarts, 0);
    draft.disruptions = Objects.requireNonNullElse(draft.disruptions, 0);
    draft.workersReady = "0/" + seen.spec().workers().replicas();
    draft.phase = restarting() ? Phase.RESTARTING : Phase.PREPARING;
    // the words of train() while no worker runs: its first look then finds nothing to write
    String message = draft.workersReady + WORKERS_RUN;
    conditions.yes(Conditions.INITIALIZED, "Prepared", "spec, service and volumes are in place");
    conditions.no(Conditions.RUNNING, "WaitingForWorkers", message);
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", "workers are wanted");
    moving("WaitingForWorkers", message);
    return draft.finished();
  }

  @Override
  public GrpoJobStatus train(Decision.Train decision) {
    Scalars.copy(seen, draft);
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", "workers are wanted");
    if (seen.allAtWork()) {
      admitted();
      String message = "attempt " + seen.attempt() + ": all workers run";
      draft.phase = Phase.RUNNING;
      conditions.yes(Conditions.RUNNING, "AllWorkersRun", message);
      conditions.noLonger(Conditions.RESTARTING, "AllWorkersRun", message);
      settled(true, "AllWorkersRun", message);
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
    moving("WaitingForWorkers", waitingFor());
    return draft.finished();
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
    moving("WaitingInQueue", message);
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

  @Override
  public GrpoJobStatus await(Decision.Await decision) {
    Scalars.copy(seen, draft);
    remember(decision.failure());
    boolean first = seen.attempt() == 0 || Journal.SUSPENDED.equals(lastCause());
    draft.phase = first ? Phase.PREPARING : Phase.RESTARTING;
    conditions.no(Conditions.RUNNING, decision.reason(), decision.message());
    if (!first) {
      conditions.yes(Conditions.RESTARTING, decision.reason(), decision.message());
    }
    moving(decision.reason(), decision.message());
    return draft.finished();
  }

  private String lastCause() {
    return seen.journal().map(entry -> String.valueOf(entry.cause())).orElse("");
  }

  @Override
  public GrpoJobStatus end(Decision.EndAttempt decision) {
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
    moving("Restarting", message);
    return draft.finished();
  }

  @Override
  public GrpoJobStatus fail(Decision.Fail decision) {
    Scalars.copy(seen, draft);
    remember(decision.ending().failure());
    draft.close(decision.attempt(), decision.ending().cause());
    over(Phase.FAILED);
    conditions.yes(Conditions.FAILED, decision.reason(), decision.message());
    conditions.yes(Conditions.FINISHED, "Failed", decision.message());
    settled(false, decision.reason(), decision.message());
    conditions.yes(Conditions.STALLED, decision.reason(), decision.message());
    return draft.finished();
  }

  @Override
  public GrpoJobStatus completeTraining(Decision.CompleteTraining decision) {
    Scalars.copy(seen, draft);
    if (draft.maxSteps != null) { // it may have ended between two looks at its progress
      draft.step = draft.maxSteps;
      draft.moved(decision.attempt(), draft.maxSteps, draft.maxSteps);
    }
    draft.close(decision.attempt(), Journal.COMPLETED);
    if (seen.spec().evaluations().isEmpty()) {
      return finished(); // one write for both
    }
    draft.phase = Phase.EVALUATING;
    draft.eta = null;
    draft.evaluations = Evaluations.of(seen);
    String message = "all workers of attempt " + decision.attempt() + " did their work";
    conditions.no(Conditions.RUNNING, "Trained", message);
    conditions.noLonger(Conditions.RESTARTING, "Trained", message);
    moving("Trained", message);
    return draft.finished();
  }

  @Override
  public GrpoJobStatus stop(Decision.Stop decision) {
    Scalars.copy(seen, draft);
    if (seen.attemptOpen()) {
      draft.close(seen.attempt(), Journal.SUSPENDED);
    }
    return suspended(seen.podsLeft().size());
  }

  @Override
  public GrpoJobStatus staySuspended(Decision.StaySuspended decision) {
    return suspended(decision.podsLeft());
  }

  private GrpoJobStatus suspended(int podsLeft) {
    draft.phase = Phase.SUSPENDED;
    draft.eta = null;
    draft.workersReady = null;
    conditions.noLonger(Conditions.RUNNING, "Suspended", "spec.suspend is true");
    conditions.noLonger(Conditions.RESTARTING, "Suspended", "spec.suspend is true");
    if (podsLeft == 0) {
      String message = "nothing runs; spec.suspend: false goes on";
      conditions.yes(Conditions.SUSPENDED, "Suspended", message);
      settled(true, "Suspended", message);
    } else {
      String message = podsLeft + " pods are saving and ending";
      conditions.no(Conditions.SUSPENDED, "Stopping", message);
      moving("Stopping", message);
    }
    return draft.finished();
  }

  @Override
  public GrpoJobStatus forceDelete(Decision.ForceDelete decision) {
    if (draft.completionTime != null) {
      return draft.finished(); // only tidies up
    }
    String attempt = Names.attempt(seen.job(), seen.attempt());
    if (seen.attemptOpen() && decision.jobs().contains(attempt) && !knownToFail(attempt)) {
      remember(decision.failure()); // the attempt is judged when its Job is gone
    }
    moving("ForceDelete", decision.message());
    return draft.finished();
  }

  private boolean knownToFail(String attempt) {
    String pod = draft.failure == null ? null : draft.failure.pod();
    return (pod != null && pod.startsWith(attempt + "-"))
        || seen.workers().stream().anyMatch(PodSeen::failed);
  }

  @Override
  public GrpoJobStatus evaluate(Decision.Evaluate decision) {
    draft.phase = Phase.EVALUATING;
    draft.evaluations = Evaluations.of(seen);
    long done = draft.evaluations.stream().filter(NextStatus::done).count();
    String message = done + " of " + draft.evaluations.size() + " evaluations are done";
    conditions.no(Conditions.EVALUATED, "Evaluating", message);
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", message);
    moving("Evaluating", message);
    return draft.finished();
  }

  private static boolean done(EvaluationStatus evaluation) {
    return switch (evaluation.state()) {
      case SUCCEEDED, FAILED -> true;
      case PENDING, RUNNING -> false;
    };
  }

  @Override
  public GrpoJobStatus finish(Decision.Finish decision) {
    return finished();
  }

  private GrpoJobStatus finished() {
    draft.evaluations = Evaluations.of(seen);
    Evaluations.checkpoint(seen).ifPresent(name -> draft.bestCheckpoint = name);
    evaluated();
    over(Phase.SUCCEEDED);
    String message = "trained" + (draft.evaluations.isEmpty() ? "" : " and evaluated");
    conditions.yes(Conditions.COMPLETE, "Trained", message);
    conditions.yes(Conditions.FINISHED, "Complete", message);
    settled(true, "Complete", message);
    return draft.finished();
  }

  private void evaluated() {
    List<String> failed =
        draft.evaluations.stream()
            .filter(one -> one.state() == EvaluationStatus.State.FAILED)
            .map(one -> one.name() + ": " + one.message())
            .toList();
    if (draft.evaluations.isEmpty()) {
      conditions.yes(Conditions.EVALUATED, "NothingToEvaluate", "spec.evaluations is empty");
    } else if (failed.isEmpty()) {
      conditions.yes(Conditions.EVALUATED, "AllEvaluated", draft.evaluations.size() + " done");
    } else {
      conditions.no(Conditions.EVALUATED, "EvaluationFailed", String.join("\n", failed));
    }
  }

  @Override
  public GrpoJobStatus rest(Decision.Rest decision) {
    return draft.finished(); // nothing changes any more, but that a later spec was seen
  }

  @Override
  public GrpoJobStatus expire(Decision.Expire decision) {
    return seen.status();
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

  private void over(Phase end) {
    draft.phase = end;
    draft.completionTime = draft.now;
    draft.eta = null;
    String message = "the job is over";
    conditions.noLonger(Conditions.RUNNING, "Finished", message);
    conditions.noLonger(Conditions.RESTARTING, "Finished", message);
    conditions.noLonger(Conditions.SUSPENDED, "Finished", message);
  }

  /** What was asked for is not reached yet. */
  private void moving(String reason, String message) {
    conditions.no(Conditions.READY, reason, message);
    conditions.yes(Conditions.RECONCILING, reason, message);
    conditions.no(Conditions.STALLED, reason, message);
  }

  /** The operator has nothing left to do for now. */
  private void settled(boolean ready, String reason, String message) {
    if (ready) {
      conditions.yes(Conditions.READY, reason, message);
    } else {
      conditions.no(Conditions.READY, reason, message);
    }
    conditions.no(Conditions.RECONCILING, reason, message);
    conditions.no(Conditions.STALLED, reason, message);
  }
}

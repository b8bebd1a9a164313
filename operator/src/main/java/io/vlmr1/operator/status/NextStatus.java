package io.vlmr1.operator.status;

import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Journal;
import io.vlmr1.operator.decide.Problems;
import io.vlmr1.operator.observe.Observed;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The status after a decision: a method a case. Pure. */
public final class NextStatus implements Decision.Handler<GrpoJobStatus> {
  private final Observed seen;
  private final Draft draft;
  private final Conditions conditions;
  private final TrainingStatus training;
  private final OutcomeStatus outcome;

  private NextStatus(Observed seen, UnaryOperator<Failure> lastWords) {
    this.seen = seen;
    this.draft = new Draft(seen);
    this.conditions = draft.conditions;
    this.training = new TrainingStatus(seen, draft, lastWords);
    this.outcome = new OutcomeStatus(seen, draft);
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
        .ifPresent(job -> training.begun(seen.attempt(), job.created()));
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
    if (draft.completionTime != null) {
      return outcome.refused(decision);
    }
    draft.phase = Journal.trained(seen) ? Phase.EVALUATING : Phase.PENDING;
    conditions.no(Conditions.ACCEPTED, decision.reason(), decision.message());
    conditions.noLonger(Conditions.RUNNING, decision.reason(), "nothing runs");
    draft.settled(false, decision.reason(), decision.message());
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
    draft.moving("DownloadingModel", message);
    return draft.finished();
  }

  @Override
  public GrpoJobStatus start(Decision.Start decision) {
    return training.start(decision);
  }

  @Override
  public GrpoJobStatus train(Decision.Train decision) {
    return training.train(decision);
  }

  @Override
  public GrpoJobStatus await(Decision.Await decision) {
    return training.await(decision);
  }

  @Override
  public GrpoJobStatus end(Decision.EndAttempt decision) {
    return training.end(decision);
  }

  @Override
  public GrpoJobStatus fail(Decision.Fail decision) {
    return training.fail(decision);
  }

  @Override
  public GrpoJobStatus completeTraining(Decision.CompleteTraining decision) {
    return training.completeTraining(decision);
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
    if (!draft.evaluations.isEmpty()) { // what was being evaluated waits again
      Evaluations.copy(seen, draft);
    }
    conditions.noLonger(Conditions.RUNNING, "Suspended", "spec.suspend is true");
    conditions.noLonger(Conditions.RESTARTING, "Suspended", "spec.suspend is true");
    if (podsLeft == 0) {
      String message = "nothing runs; spec.suspend: false goes on";
      conditions.yes(Conditions.SUSPENDED, "Suspended", message);
      draft.settled(true, "Suspended", message);
    } else {
      String message = podsLeft + " pods are saving and ending";
      conditions.no(Conditions.SUSPENDED, "Stopping", message);
      draft.moving("Stopping", message);
    }
    return draft.finished();
  }

  @Override
  public GrpoJobStatus forceDelete(Decision.ForceDelete decision) {
    if (draft.completionTime != null) {
      return draft.finished(); // only tidies up
    }
    training.forcedAway(decision);
    draft.moving("ForceDelete", decision.message());
    return draft.finished();
  }

  @Override
  public GrpoJobStatus evaluate(Decision.Evaluate decision) {
    return outcome.evaluate(decision);
  }

  @Override
  public GrpoJobStatus finish(Decision.Finish decision) {
    return outcome.finish();
  }

  @Override
  public GrpoJobStatus serve(Decision.Serve decision) {
    return outcome.serve(decision);
  }

  @Override
  public GrpoJobStatus rest(Decision.Rest decision) {
    // nothing changes any more, but that a later spec was seen
    conditions.noLonger(Conditions.SERVED, "Removed", "nothing is served");
    return draft.finished();
  }

  @Override
  public GrpoJobStatus expire(Decision.Expire decision) {
    return seen.status();
  }
}

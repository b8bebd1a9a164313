package io.vlmr1.operator.status;

import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Problems;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.ServingSeen;
import io.vlmr1.operator.resource.Serving;
import java.util.List;
import java.util.stream.Stream;

/** The status of a job whose training is over: evaluated, finished, served. */
final class OutcomeStatus {
  private final Observed seen;
  private final Draft draft;
  private final Conditions conditions;

  OutcomeStatus(Observed seen, Draft draft) {
    this.seen = seen;
    this.draft = draft;
    this.conditions = draft.conditions;
  }

  GrpoJobStatus evaluate(Decision.Evaluate decision) {
    draft.phase = Phase.EVALUATING;
    Evaluations.copy(seen, draft);
    long done = draft.evaluations.stream().filter(one -> one.state().over()).count();
    String message = done + " of " + draft.evaluations.size() + " evaluations are done";
    conditions.no(Conditions.EVALUATED, "Evaluating", message);
    conditions.noLonger(Conditions.SUSPENDED, "Resumed", message);
    draft.moving("Evaluating", message);
    return draft.finished();
  }

  /** Trained and evaluated: the job is over. */
  GrpoJobStatus finish() {
    Evaluations.copy(seen, draft);
    evaluated();
    draft.over(Phase.SUCCEEDED);
    String message = "trained" + (draft.evaluations.isEmpty() ? "" : " and evaluated");
    conditions.yes(Conditions.COMPLETE, "Trained", message);
    conditions.yes(Conditions.FINISHED, "Complete", message);
    draft.settled(true, "Complete", message);
    return draft.finished();
  }

  private void evaluated() {
    List<String> failed = draft.evaluations.stream().flatMap(OutcomeStatus::failed).toList();
    if (draft.evaluations.isEmpty()) {
      conditions.yes(Conditions.EVALUATED, "NothingToEvaluate", "spec.evaluations is empty");
    } else if (failed.isEmpty()) {
      conditions.yes(Conditions.EVALUATED, "AllEvaluated", draft.evaluations.size() + " done");
    } else {
      conditions.no(Conditions.EVALUATED, "EvaluationFailed", String.join("\n", failed));
    }
  }

  /** A line each; of an evaluation of every checkpoint, the checkpoints that it failed on. */
  private static Stream<String> failed(EvaluationStatus entry) {
    return entry.checkpoints().isEmpty()
        ? Stream.of(entry)
            .filter(one -> one.state() == EvaluationStatus.State.FAILED)
            .map(one -> one.name() + ": " + one.message())
        : entry.checkpoints().stream()
            .filter(one -> one.state() == EvaluationStatus.State.FAILED)
            .map(one -> entry.name() + " of " + one.checkpoint() + ": " + one.message());
  }

  GrpoJobStatus serve(Decision.Serve decision) {
    switch (decision.work()) {
      case APPLY -> served();
      case KEEP -> kept();
      case REMOVE -> conditions.no(Conditions.SERVED, "Removed", "spec.serving was removed");
    }
    return draft.finished();
  }

  private void served() {
    Serving asked = new Serving(seen.job());
    ServingSeen found = seen.serving().orElse(null);
    String what = asked.model() + " at " + asked.address();
    if (asked.replicas() == 0) {
      conditions.no(Conditions.SERVED, "NoReplicas", "no pods are asked for to serve " + what);
    } else if (found == null) {
      conditions.no(Conditions.SERVED, "Starting", "starting pods to serve " + what);
    } else if (found.complete() && found.wanted() == asked.replicas()) {
      conditions.yes(Conditions.SERVED, "Answering", pods(found) + " serve " + what);
    } else {
      conditions.no(
          Conditions.SERVED,
          "WaitingForServers",
          pods(found) + " serve " + what + Waiting.words(found.pods()));
    }
  }

  /** Served or not, a spec with problems changes nothing. */
  private void kept() {
    String message = "stays as it was: " + Problems.lines(seen.problems());
    if (seen.serving().map(ServingSeen::complete).orElse(false)) {
      conditions.yes(Conditions.SERVED, "InvalidSpec", message);
    } else {
      conditions.no(Conditions.SERVED, "InvalidSpec", message);
    }
  }

  private static String pods(ServingSeen found) {
    return found.ready() + "/" + found.wanted() + " pods";
  }

  /** The API server took none of the objects of the served model; the job's own end stands. */
  GrpoJobStatus refused(Decision.Refuse decision) {
    conditions.no(Conditions.SERVED, decision.reason(), decision.message());
    return draft.finished();
  }
}

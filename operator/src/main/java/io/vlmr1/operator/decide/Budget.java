package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.RestartPolicy;
import io.vlmr1.operator.observe.Observed;
import java.util.Objects;

/** Restarts that a job still has: the training's own failures and disruptions count apart. */
final class Budget {
  private Budget() {}

  /** Another attempt when the budget allows it, else the end of the job. */
  static Decision spend(Observed seen, Ending ending) {
    RestartPolicy policy = seen.spec().restartPolicy();
    boolean disruption = ending.kind() == Ending.Kind.DISRUPTION;
    int spent =
        Objects.requireNonNullElse(
            disruption ? seen.status().disruptions() : seen.status().restarts(), 0);
    int allowed = disruption ? policy.maxDisruptions() : policy.maxRestarts();
    if (spent < allowed) {
      return new Decision.EndAttempt(seen.attempt(), ending);
    }
    String limit = disruption ? "maxDisruptions" : "maxRestarts";
    return new Decision.Fail(
        seen.attempt(),
        ending,
        disruption ? "DisruptionsExhausted" : "RestartsExhausted",
        String.format(
            "%s; all %d restarts of spec.restartPolicy.%s are used up",
            RootCause.sentence(ending.failure()), allowed, limit));
  }
}

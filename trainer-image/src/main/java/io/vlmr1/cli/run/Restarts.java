package io.vlmr1.cli.run;

import io.vlmr1.api.v1alpha1.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and when the gang starts again: the spec's two budgets, as on a cluster.
 *
 * @param policy budgets and waits
 * @param failures restarts after failures of the training itself, so far
 * @param disruptions restarts after ends from outside, so far
 */
record Restarts(RestartPolicy policy, int failures, int disruptions) {

  static Restarts none(RestartPolicy policy) {
    return new Restarts(policy, 0, 0);
  }

  /**
   * The count after one more restart for this outcome; empty when the budget is spent or no retry
   * helps.
   */
  Optional<Restarts> after(Outcome outcome) {
    if (!outcome.retryHelps() && !outcome.disruption()) {
      return Optional.empty();
    }
    Restarts next =
        outcome.disruption()
            ? new Restarts(policy, failures, disruptions + 1)
            : new Restarts(policy, failures + 1, disruptions);
    boolean spent =
        next.failures > policy.maxRestarts() || next.disruptions > policy.maxDisruptions();
    return spent ? Optional.empty() : Optional.of(next);
  }

  /** How long to wait before the restart that this counts: doubling, up to the policy's most. */
  Duration backoff() {
    long seconds = policy.backoffSeconds();
    for (int i = 1; i < failures && seconds < policy.maxBackoffSeconds(); i++) {
      seconds *= 2;
    }
    return failures == 0
        ? Duration.ZERO
        : Duration.ofSeconds(Math.min(seconds, policy.maxBackoffSeconds()));
  }
}

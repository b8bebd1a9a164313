package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.RestartPolicy;
import java.util.List;

/** The first wait before a restart is not above the longest. */
final class Backoff implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    RestartPolicy policy = job.getSpec().restartPolicy();
    return policy.backoffSeconds() > policy.maxBackoffSeconds()
        ? List.of(
            new Problem(
                "spec.restartPolicy.backoffSeconds",
                policy.backoffSeconds()
                    + " is above maxBackoffSeconds "
                    + policy.maxBackoffSeconds(),
                "set it to at most " + policy.maxBackoffSeconds()))
        : List.of();
  }
}

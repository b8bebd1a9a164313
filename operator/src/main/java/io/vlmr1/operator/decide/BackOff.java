package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.RestartPolicy;
import io.vlmr1.operator.observe.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** An attempt that made no step is followed by a wait, twice as long each time. */
final class BackOff implements Rule {
  private static final int MAX_DOUBLINGS = 20;

  @Override
  public Optional<Decision> decide(Observed seen) {
    Optional<Instant> ended = seen.journal().map(Attempt::end).map(Instant::parse);
    if (ended.isEmpty() || Journal.trained(seen) || Journal.endedBy(seen, Journal.SUSPENDED)) {
      return Optional.empty();
    }
    Duration wait = wait(seen.spec().restartPolicy(), Journal.fruitless(seen));
    Duration left = Duration.between(seen.now(), ended.get().plus(wait));
    return left.isNegative() || left.isZero()
        ? Optional.empty()
        : Optional.of(
            new Decision.Await(
                "BackOff",
                String.format(
                    "attempt %d starts %d s after the end of attempt %d",
                    seen.attempt() + 1, wait.toSeconds(), seen.attempt()),
                null,
                Optional.of(left)));
  }

  /** Nothing after progress; else the first wait, doubled for each further fruitless attempt. */
  static Duration wait(RestartPolicy policy, int fruitless) {
    if (fruitless == 0) {
      return Duration.ZERO;
    }
    int doublings = Math.min(fruitless - 1, MAX_DOUBLINGS);
    long seconds = (long) policy.backoffSeconds() << doublings;
    return Duration.ofSeconds(Math.min(seconds, policy.maxBackoffSeconds()));
  }
}

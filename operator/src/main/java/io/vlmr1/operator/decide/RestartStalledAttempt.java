package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.ProgressSeen;
import java.time.Duration;
import java.util.Optional;

/**
 * All ranks run, and none moves. Only an attempt that has told its progress can stall: an image
 * without /progress is left alone.
 */
final class RestartStalledAttempt implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (!seen.attemptOpen()) {
      return Optional.empty();
    }
    return left(seen)
        .filter(left -> left.isNegative() || left.isZero())
        .map(left -> Budget.spend(seen, stall(seen)));
  }

  /** Time until the attempt counts as stalled; empty when it never does. */
  static Optional<Duration> left(Observed seen) {
    int patience = seen.spec().restartPolicy().stallTimeoutSeconds();
    return patience == 0 || seen.queued()
        ? Optional.empty()
        : seen.progress()
            .map(ProgressSeen::movedAt)
            .map(at -> Duration.between(seen.now(), at.plusSeconds(patience)));
  }

  private static Ending stall(Observed seen) {
    int patience = seen.spec().restartPolicy().stallTimeoutSeconds();
    int step = seen.progress().map(p -> p.latest().step()).orElse(0);
    String message = String.format("no progress for %d s after step %d", patience, step);
    return new Ending(Ending.Kind.STALL, new Failure(null, null, null, "Stalled", message, null));
  }
}

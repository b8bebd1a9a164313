package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.Optional;

/** Starts the next attempt; the rules before saw to it that nothing of the last one is left. */
final class StartAttempt implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    return Journal.trained(seen)
        ? Optional.empty()
        : Optional.of(new Decision.Start(seen.attempt() + 1));
  }
}

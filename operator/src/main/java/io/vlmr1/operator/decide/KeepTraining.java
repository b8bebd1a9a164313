package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.Optional;

/** An attempt that nothing speaks against goes on. */
final class KeepTraining implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    return seen.attemptOpen()
        ? Optional.of(new Decision.Train(RestartStalledAttempt.left(seen)))
        : Optional.empty();
  }
}

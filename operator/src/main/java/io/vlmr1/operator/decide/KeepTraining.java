package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** An attempt that nothing speaks against goes on. */
final class KeepTraining implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    return seen.attemptOpen()
        ? Optional.of(
            new Decision.Train(
                Stream.of(RestartStalledAttempt.left(seen), Stuck.next(seen))
                    .flatMap(Optional::stream)
                    .min(Comparator.naturalOrder())))
        : Optional.empty();
  }
}

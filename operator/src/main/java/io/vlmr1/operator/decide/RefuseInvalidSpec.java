package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.Optional;

/** Nothing is made from a spec with problems; an attempt that runs already goes on. */
final class RefuseInvalidSpec implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (seen.attemptOpen()) {
      return Optional.empty();
    }
    return seen.problems().isEmpty()
        ? Optional.empty()
        : Optional.of(Decision.Refuse.of(seen.problems()));
  }
}

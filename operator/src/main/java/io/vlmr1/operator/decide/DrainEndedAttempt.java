package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.util.List;
import java.util.Optional;

/** Nothing starts beside pods of an earlier attempt: they write to the same volume. */
final class DrainEndedAttempt implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (Journal.trained(seen)) {
      return Optional.empty();
    }
    List<PodSeen> left = seen.writersLeft();
    if (left.isEmpty() && !seen.forerunner()) {
      return Optional.empty();
    }
    String who =
        left.isEmpty()
            ? "what a deleted GrpoJob of the same name has left"
            : String.join(", ", left.stream().map(PodSeen::name).toList());
    return Optional.of(
        new Decision.Await(
            "PodsTerminating", "waiting for the end of " + who, null, Stuck.next(seen)));
  }
}

package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/** When pods that are being deleted will have to be removed by force. */
final class Stuck {
  private Stuck() {}

  /** Time until the first of them; empty when none is being deleted. */
  static Optional<Duration> recheck(Observed seen) {
    long patience = seen.spec().restartPolicy().forceDeleteAfterSeconds();
    Optional<Instant> first =
        seen.podsLeft().stream()
            .map(PodSeen::forceable)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder());
    return first.map(at -> Duration.between(seen.now(), at.plusSeconds(patience + 1)));
  }
}

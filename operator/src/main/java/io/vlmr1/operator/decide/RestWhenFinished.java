package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A finished job is never touched again, until its time to live is over. */
final class RestWhenFinished implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    String end = seen.status().completionTime();
    if (end == null) {
      return Optional.empty();
    }
    Integer ttl = seen.spec().ttlSecondsAfterFinished();
    if (ttl == null) {
      return Optional.of(new Decision.Rest(Stuck.next(seen)));
    }
    Duration left = Duration.between(seen.now(), Instant.parse(end).plusSeconds(ttl));
    if (left.isNegative() || left.isZero()) {
      return Optional.of(new Decision.Expire());
    }
    Duration stuck = Stuck.next(seen).orElse(left);
    return Optional.of(new Decision.Rest(Optional.of(stuck.compareTo(left) < 0 ? stuck : left)));
  }
}

package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** A finished job is never touched again, until its time to live is over. */
final class RestWhenFinished implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (seen.status().completionTime() == null) {
      return Optional.empty();
    }
    Optional<Duration> left = left(seen);
    if (left.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
      return Optional.of(new Decision.Expire());
    }
    return Optional.of(
        new Decision.Rest(
            Stream.concat(left.stream(), Stuck.next(seen).stream()).min(Duration::compareTo)));
  }

  /** Time that a finished job has left; empty when it has no end. */
  static Optional<Duration> left(Observed seen) {
    String end = seen.status().completionTime();
    Integer ttl = seen.spec().ttlSecondsAfterFinished();
    return end == null || ttl == null
        ? Optional.empty()
        : Optional.of(Duration.between(seen.now(), Instant.parse(end).plusSeconds(ttl)));
  }
}

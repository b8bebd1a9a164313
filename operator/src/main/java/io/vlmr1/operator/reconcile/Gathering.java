package io.vlmr1.operator.reconcile;

import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.status.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gathers small changes of a status: a thousand workers that come up one by one, or steps of a
 * second, are told in one write every few seconds.
 */
final class Gathering {
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int MOST = 20_000;

  private final Map<String, Instant> since = new ConcurrentHashMap<>();

  /** How long the change may still wait; empty: write it now. */
  Optional<Duration> left(String uid, GrpoJobStatus old, GrpoJobStatus next, Instant now) {
    if (next.equals(old) || Urgency.isNews(old, next)) {
      since.remove(uid);
      return Optional.empty();
    }
    if (since.size() > MOST) {
      since.clear(); // of jobs that went while something waited
    }
    Instant first = since.computeIfAbsent(uid, key -> now);
    Duration left = Duration.between(now, first.plus(WAIT));
    if (left.isNegative() || left.isZero()) {
      since.remove(uid);
      return Optional.empty();
    }
    return Optional.of(left);
  }
}

package io.vlmr1.operator.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Spreads starts over time, as a token bucket does: a thousand jobs at once would otherwise keep
 * the API server so busy with their objects that scheduling their pods waits, and watches of others
 * are cut. Jobs wait in the order in which they came.
 */
public final class Pace {
  private static final int AT_ONCE = 10;
  private static final Duration FORGET = Duration.ofMinutes(1);

  private final Duration interval;
  private final Map<String, Instant> turns = new HashMap<>();
  private Instant next = Instant.MIN;
  private Instant tidied = Instant.MIN;

  /** So many starts a second at most. */
  public Pace(int perSecond) {
    this.interval = Duration.ofSeconds(1).dividedBy(perSecond);
  }

  /** How long this job still has to wait; empty: it may start now. */
  synchronized Optional<Duration> left(String uid, Instant now) {
    Instant turn = turns.computeIfAbsent(uid, key -> take(now));
    Duration left = Duration.between(now, turn);
    if (left.isNegative() || left.isZero()) {
      turns.remove(uid);
      tidy(now);
      return Optional.empty();
    }
    return Optional.of(left);
  }

  private Instant take(Instant now) {
    Instant earliest = now.minus(interval.multipliedBy(AT_ONCE));
    Instant turn = next.isBefore(earliest) ? earliest : next;
    next = turn.plus(interval);
    return turn;
  }

  /** Forgets jobs that went before their turn. */
  private void tidy(Instant now) {
    Instant old = now.minus(FORGET);
    if (tidied.isBefore(old)) {
      tidied = now;
      turns.values().removeIf(turn -> turn.isBefore(old));
    }
  }
}

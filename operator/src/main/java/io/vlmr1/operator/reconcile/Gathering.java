package io.vlmr1.operator.reconcile;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.status.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gathers changes of a status that may wait, as one write costs the API server more than all other
 * requests of a started job: a thousand workers that come up one by one, or steps of a second, are
 * told in one write every few seconds; a start together with what comes of it, and the more starts
 * are waiting the later. What waits counts as the job's status until it is written; an operator
 * that ends in between finds the attempt by its Job.
 */
final class Gathering {
  private static final Duration NUMBERS = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(3);
  private static final Duration EACH_START = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration TIDY = Duration.ofSeconds(10);

  private final Map<String, Pending> pending = new ConcurrentHashMap<>();
  private volatile Instant tidied = Instant.MIN;

  /** A status that is decided and not written; the time is that of its first change. */
  private record Pending(GrpoJobStatus status, Instant since) {}

  /** The job with its status as last decided, which the server may not know yet. */
  GrpoJob latest(GrpoJob job) {
    Pending waiting = pending.get(job.getMetadata().getUid());
    return waiting == null ? job : with(job, waiting.status);
  }

  /** The job with another status. */
  static GrpoJob with(GrpoJob job, GrpoJobStatus status) {
    GrpoJob other = new GrpoJob();
    other.setMetadata(job.getMetadata());
    other.setSpec(job.getSpec());
    other.setStatus(status);
    return other;
  }

  /**
   * How long the change may still wait; empty: write it now, if there is one.
   *
   * @param written the status that the server has
   */
  Optional<Duration> left(String uid, GrpoJobStatus written, GrpoJobStatus next, Instant now) {
    Optional<Duration> patience =
        next.equals(written) ? Optional.empty() : patience(uid, Urgency.of(written, next));
    if (patience.isEmpty()) {
      pending.remove(uid);
      return Optional.empty();
    }
    tidy(now);
    Pending kept =
        pending.compute(uid, (key, old) -> new Pending(next, old == null ? now : old.since));
    Duration left = Duration.between(now, kept.since.plus(patience.get()));
    if (left.isNegative() || left.isZero()) {
      pending.remove(uid);
      return Optional.empty();
    }
    return Optional.of(left);
  }

  private Optional<Duration> patience(String uid, Urgency urgency) {
    return switch (urgency) {
      case NEWS -> Optional.empty();
      case NUMBERS -> Optional.of(NUMBERS);
      case START -> {
        int others = pending.size() - (pending.containsKey(uid) ? 1 : 0);
        Duration all = START.plus(EACH_START.multipliedBy(others));
        yield Optional.of(all.compareTo(LONGEST) < 0 ? all : LONGEST);
      }
    };
  }

  /** Forgets jobs that went while something waited. */
  private void tidy(Instant now) {
    if (tidied.isBefore(now.minus(TIDY))) {
      tidied = now;
      Instant old = now.minus(LONGEST.multipliedBy(2));
      pending.values().removeIf(one -> one.since.isBefore(old));
    }
  }
}

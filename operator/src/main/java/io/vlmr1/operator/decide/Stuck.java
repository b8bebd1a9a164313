package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** When pods that are being deleted count as stuck on a node that does not answer. */
final class Stuck {
  /** A node that lives tells of the end of a pod this soon after killing it. */
  private static final Duration NEWS = Duration.ofSeconds(10);

  private Stuck() {}

  /** Time until the next such pod is stuck; empty when none is being deleted. */
  static Optional<Duration> next(Observed seen) {
    return seen.podsLeft().stream()
        .flatMap(pod -> from(pod, seen).stream())
        .min(Comparator.naturalOrder())
        .map(at -> Duration.between(seen.now(), at));
  }

  /** Whether a pod has outlived its deletion for the policy's time, and its grace in any case. */
  static boolean isStuck(PodSeen pod, Observed seen) {
    return from(pod, seen).filter(at -> !seen.now().isBefore(at)).isPresent();
  }

  private static Optional<Instant> from(PodSeen pod, Observed seen) {
    PodSeen.Deletion deletion = pod.deletion();
    if (deletion == null) {
      return Optional.empty();
    }
    int patience = seen.spec().restartPolicy().forceDeleteAfterSeconds();
    Instant policy = deletion.asked().plusSeconds(patience);
    Instant killed = deletion.graceOver().plus(NEWS);
    return Optional.of(policy.isAfter(killed) ? policy : killed);
  }
}

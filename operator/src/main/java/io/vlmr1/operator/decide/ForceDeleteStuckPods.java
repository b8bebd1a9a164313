package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A pod that outlives its deletion by the policy's time sits on a node that does not answer. */
final class ForceDeleteStuckPods implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    int patience = seen.spec().restartPolicy().forceDeleteAfterSeconds();
    List<String> stuck =
        seen.podsLeft().stream()
            .filter(pod -> overdue(pod, patience, seen.now()))
            .map(PodSeen::name)
            .toList();
    return stuck.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Decision.ForceDelete(
                stuck,
                String.join(", ", stuck)
                    + " still there "
                    + patience
                    + " s after the end of its grace; removed by force"));
  }

  private static boolean overdue(PodSeen pod, int patience, Instant now) {
    return pod.forceable() != null && now.isAfter(pod.forceable().plusSeconds(patience));
  }
}

package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.util.List;
import java.util.Optional;

/** A pod that outlives its deletion for long sits on a node that does not answer. */
final class ForceDeleteStuckPods implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    List<String> stuck =
        seen.podsLeft().stream()
            .filter(pod -> Stuck.isStuck(pod, seen))
            .map(PodSeen::name)
            .toList();
    return stuck.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Decision.ForceDelete(
                stuck,
                String.join(", ", stuck)
                    + " outlived deletion and grace: the node does not answer; removed by force"));
  }
}

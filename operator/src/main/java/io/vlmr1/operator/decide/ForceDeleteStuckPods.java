package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.util.List;
import java.util.Optional;

/** A pod that outlives its deletion for long sits on a node that does not answer. */
final class ForceDeleteStuckPods implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    List<PodSeen> stuck = seen.podsLeft().stream().filter(pod -> Stuck.isStuck(pod, seen)).toList();
    return stuck.isEmpty() ? Optional.empty() : Optional.of(new Decision.ForceDelete(stuck));
  }
}

package io.vlmr1.operator.observe;

import java.util.List;

/**
 * The served model.
 *
 * @param wanted pods that its Deployment asks for
 * @param ready pods of its newest template that answer
 * @param settled whether the Deployment controller has seen the newest template
 * @param pods all that there are
 */
public record ServingSeen(int wanted, int ready, boolean settled, List<PodSeen> pods) {
  public ServingSeen {
    pods = List.copyOf(pods);
  }

  /** Whether all pods that are wanted answer. */
  public boolean complete() {
    return settled && ready >= wanted;
  }
}

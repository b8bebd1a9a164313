package io.vlmr1.reward;

/**
 * Makes a reward. To add one: implement this, with a constructor without parameters, and name the
 * class in a file `META-INF/services/io.vlmr1.reward.RewardProvider` on the class path. A reward
 * that is also a {@link io.vlmr1.data.RowCheck} is asked about every row before training starts.
 */
public interface RewardProvider {
  /** The name under which `spec.rewards` asks for it. */
  String name();

  /** The reward for a task and a family. */
  Reward reward(RewardContext context);
}

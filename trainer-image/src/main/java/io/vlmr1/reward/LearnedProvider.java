package io.vlmr1.reward;

import io.vlmr1.reward.remote.LearnedReward;

/** `model`: a learned reward model. */
public final class LearnedProvider implements RewardProvider {
  @Override
  public String name() {
    return "model";
  }

  @Override
  public Reward reward(RewardContext context) {
    return LearnedReward.of(context);
  }
}

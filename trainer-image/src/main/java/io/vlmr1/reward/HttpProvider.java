package io.vlmr1.reward;

import io.vlmr1.reward.remote.HttpReward;

/** `http`: an endpoint of the user's. */
public final class HttpProvider implements RewardProvider {
  @Override
  public String name() {
    return "http";
  }

  @Override
  public Reward reward(RewardContext context) {
    return HttpReward.of(context);
  }
}

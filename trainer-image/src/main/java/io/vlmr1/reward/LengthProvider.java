package io.vlmr1.reward;

import io.vlmr1.api.v1alpha1.RewardSpec;

/** `length`: by the accuracy of the same task, scored by the rows' own methods. */
public final class LengthProvider implements RewardProvider {
  @Override
  public String name() {
    return "length";
  }

  @Override
  public Reward reward(RewardContext context) {
    RewardContext plain = context.with(new RewardSpec("accuracy", 1.0));
    return new LengthReward(
        context.spec().name(), new AccuracyProvider().reward(plain), context.spec().parity());
  }
}

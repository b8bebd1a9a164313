package io.vlmr1.reward;

import io.vlmr1.api.v1alpha1.Task;

/** `accuracy`: the box for task rec, else the row's method. */
public final class AccuracyProvider implements RewardProvider {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Reward reward(RewardContext context) {
    return context.task() == Task.REC
        ? new RecAccuracy(name(), RecFamily.of(context.modelType()))
        : new AccuracyReward();
  }
}

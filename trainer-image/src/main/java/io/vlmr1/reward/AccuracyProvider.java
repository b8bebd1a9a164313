package io.vlmr1.reward;

import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.reward.accuracy.AccuracyReward;
import io.vlmr1.reward.boxes.RecAccuracy;
import io.vlmr1.reward.boxes.RecFamily;

/** `accuracy`: the box for task rec unless a method is named, else the method. */
public final class AccuracyProvider implements RewardProvider {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Reward reward(RewardContext context) {
    boolean boxes = context.task() == Task.REC && context.spec().method() == null;
    return boxes
        ? new RecAccuracy(context.spec().name(), RecFamily.of(context.modelType()))
        : AccuracyReward.of(context);
  }
}

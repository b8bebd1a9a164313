package io.vlmr1.reward;

import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.reward.boxes.RecFamily;
import io.vlmr1.reward.boxes.RecFormat;

/** `format`: think and answer tags, and a box for task rec. */
public final class FormatProvider implements RewardProvider {
  @Override
  public String name() {
    return "format";
  }

  @Override
  public Reward reward(RewardContext context) {
    return context.task() == Task.REC
        ? new RecFormat(RecFamily.of(context.modelType()))
        : new FormatReward();
  }
}

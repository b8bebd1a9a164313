package io.vlmr1.reward;

import io.vlmr1.reward.boxes.RecAccuracy;
import io.vlmr1.reward.boxes.RecFamily;

/** `plain_iou`: as `accuracy` for task rec, but overlaps of a pixel or less count too. */
public final class PlainIouProvider implements RewardProvider {
  @Override
  public String name() {
    return "plain_iou";
  }

  @Override
  public Reward reward(RewardContext context) {
    return new RecAccuracy(name(), RecFamily.of(context.modelType()).plain());
  }
}

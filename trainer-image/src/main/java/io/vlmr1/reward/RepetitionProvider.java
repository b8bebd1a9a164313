package io.vlmr1.reward;

/** `repetition`. */
public final class RepetitionProvider implements RewardProvider {
  @Override
  public String name() {
    return "repetition";
  }

  @Override
  public Reward reward(RewardContext context) {
    return new RepetitionReward(context.spec().name(), context.spec().parity());
  }
}

package io.vlmr1.grpo;

import java.util.OptionalDouble;

/**
 * The knobs of the policy loss, in the notation of Shao et al. 2024 (DeepSeekMath, GRPO).
 *
 * @param type how token losses are brought together
 * @param sequenceLevel one importance ratio a completion (GSPO) in place of one a token
 * @param epsilonLow the ratio is clipped below 1 - epsilonLow
 * @param epsilonHigh and above 1 + epsilonHigh
 * @param delta upper bound of the unclipped ratio; acts only where the advantage is negative
 * @param beta weight of the KL penalty against the reference policy; 0 = no reference
 * @param maxCompletionTokens divisor of `dr_grpo`
 */
public record LossSettings(
    Type type,
    boolean sequenceLevel,
    double epsilonLow,
    double epsilonHigh,
    OptionalDouble delta,
    double beta,
    int maxCompletionTokens) {

  /** How token losses become one number. */
  public enum Type {
    /** Mean over completions of the mean over their tokens. */
    GRPO,
    /** Mean over the tokens of the batch. */
    BNPO,
    /** Sum over tokens, divided by a length that no completion can change. */
    DR_GRPO,
    /** Mean over the completion tokens of the whole global batch. */
    DAPO
  }
}

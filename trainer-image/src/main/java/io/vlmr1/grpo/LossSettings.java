package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.api.v1alpha1.GrpoSpec.ImportanceSampling;
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
    GrpoSpec.Loss type,
    boolean sequenceLevel,
    double epsilonLow,
    double epsilonHigh,
    OptionalDouble delta,
    double beta,
    int maxCompletionTokens) {

  /** As the job has them. */
  public static LossSettings of(GrpoSpec spec) {
    Double delta = spec.delta();
    return new LossSettings(
        spec.loss(),
        spec.importanceSampling() == ImportanceSampling.SEQUENCE,
        spec.epsilon(),
        spec.upperEpsilon(),
        delta == null ? OptionalDouble.empty() : OptionalDouble.of(delta),
        spec.beta(),
        spec.maxCompletionTokens());
  }
}

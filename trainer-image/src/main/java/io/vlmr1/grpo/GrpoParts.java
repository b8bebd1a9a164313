package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.data.Sampler;
import io.vlmr1.dist.Ranks;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.optim.AdamW;
import org.jspecify.annotations.Nullable;

/**
 * What a step of GRPO is made of.
 *
 * @param spec the knobs
 * @param model the policy
 * @param reference the policy of the KL penalty; null when beta is 0
 * @param optimizer of the policy's parameters
 * @param ranks that train together
 * @param feed this rank's prompts
 * @param sampler that the feed follows
 * @param judge of completions
 * @param promptsPerMicroBatch prompts in one forward pass
 * @param keep what forward passes keep for backward
 * @param following moves the reference; null when it stays
 */
public record GrpoParts(
    GrpoSpec spec,
    VisionLanguageModel model,
    @Nullable VisionLanguageModel reference,
    AdamW optimizer,
    Ranks ranks,
    PromptFeed feed,
    Sampler sampler,
    Judge judge,
    int promptsPerMicroBatch,
    ForwardPass.Keep keep,
    @Nullable FollowingReference following) {

  /** What logits are divided by in the loss: the sampling's temperature, 1 when it is greedy. */
  double temperature() {
    return spec.sampling().temperature() == 0 ? 1 : spec.sampling().temperature();
  }
}

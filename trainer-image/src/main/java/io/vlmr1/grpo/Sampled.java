package io.vlmr1.grpo;

import io.vlmr1.model.Pack;
import io.vlmr1.rollout.Generated;
import java.util.List;

/**
 * A prompt of this rank with the completions that were sampled for it.
 *
 * @param prompt where they came from
 * @param completions this rank's share of the group
 */
record Sampled(PromptFeed.Prompt prompt, List<Generated> completions) {
  Sampled {
    completions = List.copyOf(completions);
  }

  /** As a forward pass takes it. */
  Pack.Group group() {
    return new Pack.Group(prompt.prepared(), completions.stream().map(Generated::ids).toList());
  }
}

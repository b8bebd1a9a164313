package io.vlmr1.rollout;

import io.vlmr1.tensor.RandomStream;

/**
 * Where a rollout stands in a training: its uniform numbers depend on nothing else.
 *
 * @param seed of the training
 * @param step of the training
 * @param firstPrompt index of the first prompt among those of the step on all ranks
 */
public record Draws(long seed, long step, long firstPrompt) {

  /** The number that decides on a token. */
  double uniform(int prompt, int completion, int position) {
    return RandomStream.uniform(seed, step, firstPrompt + prompt, completion, position);
  }
}

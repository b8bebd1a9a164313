package io.vlmr1.grpo;

import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.Pack;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass learns from: some prompts of this rank with their completions, N tokens in
 * all.
 *
 * @param sampled the prompts
 * @param first index of its first completion among this rank's
 * @param old [N] log-probabilities when sampled; null = exactly on policy
 * @param reference [N] under the reference policy; null = no penalty
 */
record MicroBatch(
    List<Sampled> sampled, int first, float @Nullable [] old, float @Nullable [] reference) {

  Pack pack() {
    return new Pack(sampled.stream().map(Sampled::group).toList());
  }

  int completions() {
    return sampled.stream().mapToInt(group -> group.completions().size()).sum();
  }

  /** What the loss needs beside the forward pass. */
  PolicyLoss.Tokens tokens(ForwardPass pass, Experience experience) {
    int from = experience.shared().first() + first;
    int count = completions();
    double[] advantages = new double[count];
    boolean[] masked = new boolean[count];
    System.arraycopy(experience.advantages().values(), from, advantages, 0, count);
    System.arraycopy(experience.masked(), from, masked, 0, count);
    return new PolicyLoss.Tokens(
        Tensors.toFloats(pass.logProbabilities()),
        old,
        reference,
        Tensors.toFloats(pass.entropies()),
        lengths(),
        advantages,
        masked);
  }

  private int[] lengths() {
    return sampled.stream()
        .flatMap(group -> Stream.of(group.completions()))
        .flatMap(List::stream)
        .mapToInt(generated -> generated.ids().length)
        .toArray();
  }
}

package io.vlmr1.model;

import org.bytedeco.pytorch.Tensor;

/**
 * A forward pass over a {@link Pack} and, when it was asked to keep what that needs, its backward
 * pass.
 *
 * <p>N = completion tokens of the pack: group by group, completion by completion, token by token.
 */
public interface ForwardPass extends AutoCloseable {

  /** What a forward pass keeps for backward. */
  enum Keep {
    /** Nothing: scoring only; {@link #backward} throws. */
    NOTHING,
    /** The input of each layer; backward computes each layer again (gradient checkpointing). */
    LAYER_INPUTS,
    /** Every activation: fastest, largest. */
    ACTIVATIONS
  }

  /**
   * log p of each completion token, logits divided by the temperature: [N] float32, without graph.
   */
  Tensor logProbabilities();

  /** Entropy of each completion token's distribution (nats, after the temperature): [N] float32. */
  Tensor entropies();

  /**
   * Adds the gradient of a scalar loss to the parameters' gradient buffers. At most once a pass.
   *
   * @param gradient d loss / d logProbabilities, [N] float32
   */
  void backward(Tensor gradient);

  @Override
  void close();
}

package io.vlmr1.model;

import org.bytedeco.pytorch.Tensor;

/**
 * A forward pass over a {@link Pack} and, when it was asked to keep what that needs, its backward
 * pass.
 *
 * <p>N = completion tokens of the pack: group by group, completion by completion, token by token.
 */
public interface ForwardPass extends AutoCloseable {

  /**
   * What a forward pass keeps for backward. It changes memory and time, no bit of the gradients.
   *
   * @param backward whether there will be one; if not {@link #backward} throws
   * @param bytes that activations may take; layers' inputs are kept even where they take more, and
   *     what is not kept is computed again (gradient checkpointing)
   */
  record Keep(boolean backward, long bytes) {
    /** Nothing: scoring only. */
    public static final Keep NOTHING = new Keep(false, 0);

    /** The input of each layer; backward computes each layer again. */
    public static final Keep LAYER_INPUTS = new Keep(true, 0);

    /** Every activation: fastest, largest. */
    public static final Keep ACTIVATIONS = new Keep(true, Long.MAX_VALUE);

    /** As many layers' activations as fit. */
    public static Keep within(long bytes) {
      return new Keep(true, bytes);
    }
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

  /** Bytes that are kept for backward now; 0 where an implementation does not count. */
  default long keptBytes() {
    return 0;
  }

  @Override
  void close();
}

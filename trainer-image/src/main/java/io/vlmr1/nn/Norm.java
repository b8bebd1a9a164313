package io.vlmr1.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Normalisation over the last dimension, forward and backward, in float32 whatever x is. T rows, D
 * wide.
 */
public interface Norm {

  /**
   * What backward needs of forward.
   *
   * @param values x normalised, before the weight: [T, D] float32
   * @param scale what each row was multiplied with, [T, 1] float32
   */
  record Normalised(Tensor values, Tensor scale) {}

  /** x [.., D] to the same shape, when there will be no backward pass. */
  Tensor infer(Tensor x);

  /** x [T, D] before the weight. */
  Normalised normalise(Tensor x);

  /** The output from what {@link #normalise} answers: [T, D] in the type of the weight. */
  Tensor weighted(Normalised normalised);

  /** The output: the same bits as the two steps give. */
  Tensor forward(Tensor x);

  /**
   * Adds to the gradients of the weights where these train, and the gradient of x to a sum.
   *
   * @param normalised of the forward pass
   * @param outer gradient of the output, [T, D]
   * @param sum gets the gradient of x added, [T, D]
   */
  void backward(Normalised normalised, Tensor outer, Tensor sum);
}

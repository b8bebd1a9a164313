package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import org.bytedeco.pytorch.Tensor;

/** The feed-forward part of a block, forward and backward. T rows, D hidden. */
public interface Mlp {

  /** The same with weights laid out for few rows, as they are now, without backward. */
  Mlp packed(int rows, Retained owner);

  /** Columns of {@link #project}. */
  long product();

  /** Columns of what the second product takes. */
  long inner();

  /** The first product: x [T, D] to what is kept for backward, if anything is. */
  Tensor project(Tensor x);

  /** The rest of the way from {@link #project}: [T, D]. */
  Tensor finish(Tensor projected);

  /** residual [T, D] + the rest of the way from {@link #project}. */
  Tensor finish(Tensor projected, Tensor residual);

  /**
   * Adds to the gradients of the weights; answers that of x.
   *
   * @param x input of the forward pass, [T, D]
   * @param projected {@link #project} of it
   * @param gradient of the output, [T, D]
   */
  Tensor backward(Tensor x, Tensor projected, Tensor gradient);
}

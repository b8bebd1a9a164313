package io.vlmr1.nn;

import io.vlmr1.tensor.PackedWeight;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** y = x W^T + b: x [T, in] to y [T, out]. */
public final class Linear {
  private final Tensor weight;
  private final Tensor transposed;
  private final @Nullable Tensor bias;
  private final @Nullable Tensor weightGradient;
  private final @Nullable Tensor biasGradient;
  private final @Nullable PackedWeight packed;

  private Linear(
      Tensor weight,
      Tensor transposed,
      @Nullable Tensor bias,
      @Nullable Tensor weightGradient,
      @Nullable Tensor biasGradient,
      @Nullable PackedWeight packed) {
    this.weight = weight;
    this.transposed = transposed;
    this.bias = bias;
    this.weightGradient = weightGradient;
    this.biasGradient = biasGradient;
    this.packed = packed;
  }

  /** From the slots `name.weight` [out, in, ..] and, if it is there, `name.bias` [out]. */
  public static Linear of(FlatParameters parameters, String name) {
    String bias = name + ".bias";
    boolean biased = parameters.has(bias);
    Tensor weight = matrix(parameters, parameters.leaf(name + ".weight"));
    Tensor gradient = parameters.leafGradient(name + ".weight");
    return new Linear(
        weight,
        parameters.own(weight.t()),
        biased ? parameters.leaf(bias) : null,
        gradient == null ? null : matrix(parameters, gradient),
        biased ? parameters.leafGradient(bias) : null,
        null);
  }

  /**
   * The same layer with a copy of its weight laid out for products of few rows, as it is now; it
   * has no backward pass.
   */
  public Linear packed(int rows, Retained owner) {
    return new Linear(
        weight, transposed, bias, null, null, PackedWeight.of(weight, rows, owner).orElse(null));
  }

  /** [out, ..] as [out, in]: the kernel of a convolution that does not overlap is a matrix. */
  private static Tensor matrix(FlatParameters parameters, Tensor weight) {
    return weight.dim() == 2 ? weight : parameters.own(weight.flatten(1, -1));
  }

  /** x [T, in] to [T, out]. */
  public Tensor forward(Tensor x) {
    return packed == null ? Tensors.linear(x, weight, bias) : packed.linear(x, bias);
  }

  /** residual [T, out] + this(x): the sum is part of the product where there is no bias. */
  public Tensor forward(Tensor x, Tensor residual) {
    return bias == null && packed == null
        ? residual.addmm(x, transposed)
        : forward(x).add_(residual);
  }

  /** Adds to the gradients of weight and bias; answers that of x, [T, in]. */
  public Tensor backward(Tensor x, Tensor gradient) {
    accumulate(x, gradient);
    return gradient.mm(weight);
  }

  /** Adds to the gradients of weight and bias only. */
  public void accumulate(Tensor x, Tensor gradient) {
    if (weightGradient == null) {
      throw new IllegalStateException("these weights were loaded without gradients");
    }
    weightGradient.addmm_(gradient.t(), x);
    if (biasGradient != null) {
      biasGradient.add_(gradient.sum(0));
    }
  }
}

package io.vlmr1.nn;

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

  private Linear(
      Tensor weight,
      Tensor transposed,
      @Nullable Tensor bias,
      @Nullable Tensor weightGradient,
      @Nullable Tensor biasGradient) {
    this.weight = weight;
    this.transposed = transposed;
    this.bias = bias;
    this.weightGradient = weightGradient;
    this.biasGradient = biasGradient;
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
        biased ? parameters.leafGradient(bias) : null);
  }

  /** [out, ..] as [out, in]: the kernel of a convolution that does not overlap is a matrix. */
  private static Tensor matrix(FlatParameters parameters, Tensor weight) {
    return weight.dim() == 2 ? weight : parameters.own(weight.flatten(1, -1));
  }

  /** x [T, in] to [T, out]. */
  public Tensor forward(Tensor x) {
    return Tensors.linear(x, weight, bias);
  }

  /** residual [T, out] + this(x): the sum is part of the product where there is no bias. */
  public Tensor forward(Tensor x, Tensor residual) {
    return bias == null ? residual.addmm(x, transposed) : forward(x).add_(residual);
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

package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * y = x / sqrt(mean(x²) + epsilon) · w over the last dimension (Zhang and Sennrich 2019), in
 * float32 whatever x is.
 *
 * <p>The backward pass needs the scale 1 / sqrt(mean(x²) + epsilon) of each row, [T, 1].
 */
public final class RmsNorm {
  private static final long[] LAST = {-1};

  private final Tensor weight;
  private final @Nullable Tensor gradient;
  private final Tensor epsilon;
  private final double eps;
  private final double width;
  private final Dtype dtype;

  private RmsNorm(Tensor weight, @Nullable Tensor gradient, Tensor epsilon, double eps) {
    this.weight = weight;
    this.gradient = gradient;
    this.eps = eps;
    this.width = weight.numel();
    this.dtype = Dtype.of(weight);
    this.epsilon = epsilon;
  }

  /** From the slot `name.weight` [D]. */
  public static RmsNorm of(FlatParameters parameters, String name, double eps) {
    String slot = name + ".weight";
    Tensor epsilon = parameters.own(Tensors.ofFloats(new float[] {(float) eps}, 1, 1));
    return new RmsNorm(parameters.leaf(slot), parameters.leafGradient(slot), epsilon, eps);
  }

  /** x [.., D] to the same shape, when there will be no backward pass. */
  public Tensor infer(Tensor x) {
    return Tensors.rmsNorm(x, weight, eps);
  }

  /** The scale of each row: x [T, D] to [T, 1] float32. */
  public Tensor scale(Tensor x) {
    Tensor norm =
        torch.linalg_vector_norm(
            Tensors.float32(x), new Scalar(2.0), LAST, true, new ScalarTypeOptional());
    return epsilon.addcmul(norm, norm, new Scalar(1 / width)).rsqrt_();
  }

  /** x / sqrt(mean(x²) + epsilon): [T, D] float32. */
  public Tensor normalised(Tensor x, Tensor scale) {
    return Tensors.float32(x).mul(scale);
  }

  /** The output from what {@link #normalised} answers. */
  public Tensor weighted(Tensor normalised) {
    return dtype == Dtype.FLOAT32
        ? normalised.mul(weight)
        : normalised.to(dtype.scalarType()).mul_(weight);
  }

  /** The output: [T, D] in the type of the weight. */
  public Tensor forward(Tensor x, Tensor scale) {
    Tensor normalised = normalised(x, scale);
    return dtype == Dtype.FLOAT32 ? normalised.mul_(weight) : weighted(normalised);
  }

  /**
   * Adds to the gradient of the weight, if that trains, and the gradient of x to a sum.
   *
   * @param normalised [T, D] of the forward pass
   * @param scale [T, 1] of the forward pass
   * @param outer gradient of the output, [T, D]
   * @param sum gets the gradient of x added, [T, D]
   */
  public void backward(Tensor normalised, Tensor scale, Tensor outer, Tensor sum) {
    Tensor wide = Tensors.float32(outer);
    Tensor wideWeight = Tensors.float32(weight);
    Tensor product = wide.mul(normalised);
    if (gradient != null) {
      gradient.add_(product.sum(0));
    }
    Tensor mean = product.mv(wideWeight).unsqueeze(1);
    Tensor inner = wide.mul(wideWeight).addcmul_(normalised, mean, new Scalar(-1 / width));
    if (dtype == Dtype.FLOAT32) {
      sum.addcmul_(inner, scale);
    } else {
      sum.add_(inner.mul_(scale));
    }
  }
}

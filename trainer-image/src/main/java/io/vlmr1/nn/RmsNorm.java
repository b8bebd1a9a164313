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
 */
public final class RmsNorm implements Norm {
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

  @Override
  public Tensor infer(Tensor x) {
    return Tensors.rmsNorm(x, weight, eps);
  }

  @Override
  public Normalised normalise(Tensor x) {
    Tensor wide = Tensors.float32(x);
    Tensor norm =
        torch.linalg_vector_norm(wide, new Scalar(2.0), LAST, true, new ScalarTypeOptional());
    Tensor scale = epsilon.addcmul(norm, norm, new Scalar(1 / width)).rsqrt_();
    return new Normalised(wide.mul(scale), scale);
  }

  @Override
  public Tensor weighted(Normalised normalised) {
    return dtype == Dtype.FLOAT32
        ? normalised.values().mul(weight)
        : normalised.values().to(dtype.scalarType()).mul_(weight);
  }

  @Override
  public Tensor forward(Tensor x) {
    Normalised normalised = normalise(x);
    return dtype == Dtype.FLOAT32 ? normalised.values().mul_(weight) : weighted(normalised);
  }

  @Override
  public void backward(Normalised normalised, Tensor outer, Tensor sum) {
    Tensor wide = Tensors.float32(outer);
    Tensor wideWeight = Tensors.float32(weight);
    Tensor product = wide.mul(normalised.values());
    if (gradient != null) {
      gradient.add_(product.sum(0));
    }
    Tensor mean = product.mv(wideWeight).unsqueeze(1);
    Tensor inner = wide.mul(wideWeight).addcmul_(normalised.values(), mean, new Scalar(-1 / width));
    if (dtype == Dtype.FLOAT32) {
      sum.addcmul_(inner, normalised.scale());
    } else {
      sum.add_(inner.mul_(normalised.scale()));
    }
  }
}

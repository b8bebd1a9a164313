package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * y = (x - mean(x)) / sqrt(variance(x) + epsilon) · w + b over the last dimension (Ba et al. 2016),
 * in float32 whatever x is.
 */
public final class LayerNorm implements Norm {
  private static final long[] LAST = {-1};

  private final Tensor weight;
  private final Tensor bias;
  private final @Nullable Tensor weightGradient;
  private final @Nullable Tensor biasGradient;
  private final Tensor epsilon;
  private final double eps;
  private final Dtype dtype;

  private LayerNorm(FlatParameters parameters, String name, double eps) {
    weight = parameters.leaf(name + ".weight");
    bias = parameters.leaf(name + ".bias");
    weightGradient = parameters.leafGradient(name + ".weight");
    biasGradient = parameters.leafGradient(name + ".bias");
    epsilon = parameters.own(Tensors.ofFloats(new float[] {(float) eps}, 1, 1));
    dtype = Dtype.of(weight);
    this.eps = eps;
  }

  /** From the slots `name.weight` and `name.bias` [D]. */
  public static LayerNorm of(FlatParameters parameters, String name, double eps) {
    return new LayerNorm(parameters, name, eps);
  }

  @Override
  public Tensor infer(Tensor x) {
    return torch.layer_norm(
        x,
        new long[] {x.size(-1)},
        new TensorOptional(weight),
        new TensorOptional(bias),
        eps,
        false);
  }

  @Override
  public Normalised normalise(Tensor x) {
    Tensor wide = Tensors.float32(x);
    Tensor centred = wide.sub(mean(wide));
    Tensor norm =
        torch.linalg_vector_norm(centred, new Scalar(2.0), LAST, true, new ScalarTypeOptional());
    Tensor scale = epsilon.addcmul(norm, norm, new Scalar(1.0 / x.size(-1))).rsqrt_();
    return new Normalised(centred.mul_(scale), scale);
  }

  private static Tensor mean(Tensor wide) {
    return wide.mean(LAST, true, new ScalarTypeOptional());
  }

  @Override
  public Tensor weighted(Normalised normalised) {
    return Tensors.float32(bias)
        .addcmul(normalised.values(), Tensors.float32(weight))
        .to(dtype.scalarType());
  }

  @Override
  public Tensor forward(Tensor x) {
    return weighted(normalise(x));
  }

  @Override
  public void backward(Normalised normalised, Tensor outer, Tensor sum) {
    Tensor wide = Tensors.float32(outer);
    if (weightGradient != null && biasGradient != null) {
      weightGradient.add_(wide.mul(normalised.values()).sum(0));
      biasGradient.add_(wide.sum(0));
    }
    Tensor inner = wide.mul(Tensors.float32(weight));
    Tensor along = mean(inner.mul(normalised.values()));
    Tensor shift = mean(inner);
    inner.sub_(shift).addcmul_(normalised.values(), along, new Scalar(-1.0));
    sum.add_(inner.mul_(normalised.scale()));
  }
}

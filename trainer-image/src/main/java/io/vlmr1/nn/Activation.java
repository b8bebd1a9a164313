package io.vlmr1.nn;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Activations between two products, by the names that configs give them. */
public enum Activation {
  /** x Φ(x) (Hendrycks and Gimpel 2016), exact. */
  GELU("gelu") {
    @Override
    public Tensor forward(Tensor x) {
      return torch.gelu(x);
    }

    @Override
    public Tensor backward(Tensor x, Tensor gradient) {
      return torch.gelu_backward(gradient, x);
    }
  },
  /** The approximation of GELU by a hyperbolic tangent. */
  GELU_TANH("gelu_pytorch_tanh") {
    @Override
    public Tensor forward(Tensor x) {
      return torch.gelu(x, new BytePointer("tanh"));
    }

    @Override
    public Tensor backward(Tensor x, Tensor gradient) {
      return torch.gelu_backward(gradient, x, new BytePointer("tanh"));
    }
  },
  /** x σ(1.702 x). */
  QUICK_GELU("quick_gelu") {
    @Override
    public Tensor forward(Tensor x) {
      return torch.sigmoid(x.mul(SHARPNESS)).mul_(x);
    }

    /** y = silu(1.702 x) / 1.702, and the factors cancel in the derivative. */
    @Override
    public Tensor backward(Tensor x, Tensor gradient) {
      return torch.silu_backward(gradient, x.mul(SHARPNESS));
    }
  };

  private static final Scalar SHARPNESS = new Scalar(1.702);

  private final String configName;

  Activation(String configName) {
    this.configName = configName;
  }

  /** That which a config calls by this name, if it is known. */
  public static Optional<Activation> named(String configName) {
    return Arrays.stream(values()).filter(each -> each.configName.equals(configName)).findFirst();
  }

  /** Elementwise. */
  public abstract Tensor forward(Tensor x);

  /** The gradient of x from that of the output. */
  public abstract Tensor backward(Tensor x, Tensor gradient);
}

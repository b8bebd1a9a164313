package io.vlmr1.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** What becomes of the output of a block's half on its way to the residual. T rows, D hidden. */
public interface Joint {

  /** residual + what becomes of the output: [T, D]. */
  Tensor add(Tensor output, Tensor residual);

  /** Adds to the gradients of the weights; answers that of the output, given that of the sum. */
  Tensor backward(Tensor output, Tensor gradient);

  /** A norm of the output (GLM-4's sandwich). */
  record Normed(Norm norm) implements Joint {
    @Override
    public Tensor add(Tensor output, Tensor residual) {
      return norm.forward(output).add_(residual);
    }

    @Override
    public Tensor backward(Tensor output, Tensor gradient) {
      Tensor inner = torch.zeros_like(output);
      norm.backward(norm.normalise(output), gradient, inner);
      return inner;
    }
  }

  /**
   * A factor a column (LayerScale, Touvron et al. 2021).
   *
   * @param factor [D]
   * @param factorGradient [D]; null when it does not train
   */
  record Scaled(Tensor factor, @Nullable Tensor factorGradient) implements Joint {

    /** From a slot. */
    public static Scaled of(FlatParameters parameters, String slot) {
      return new Scaled(parameters.leaf(slot), parameters.leafGradient(slot));
    }

    @Override
    public Tensor add(Tensor output, Tensor residual) {
      return residual.addcmul(output, factor);
    }

    @Override
    public Tensor backward(Tensor output, Tensor gradient) {
      if (factorGradient != null) {
        factorGradient.add_(gradient.mul(output).sum(0));
      }
      return gradient.mul(factor);
    }
  }
}

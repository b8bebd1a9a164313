package io.vlmr1.model.qwen;

import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.tensor.Scope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes a token of each block of patches: norm, concatenation, Linear, GELU, Linear. U tokens of P
 * patches each, D vision hidden.
 *
 * @param norm over D
 * @param first [U, P D] to the same
 * @param second [U, P D] to [U, language hidden]
 */
record QwenMerger(RmsNorm norm, Linear first, Linear second) {

  static QwenMerger of(FlatParameters weights) {
    return new QwenMerger(
        RmsNorm.of(weights, "visual.merger.ln_q", QwenConfig.Vision.EPSILON),
        Linear.of(weights, "visual.merger.mlp.0"),
        Linear.of(weights, "visual.merger.mlp.2"));
  }

  /** x [U P, D] to [U, language hidden]. */
  Tensor forward(Tensor x, long perToken) {
    return Scope.keep(
        () -> {
          Tensor normed = norm.forward(x, norm.scale(x)).view(-1, perToken * x.size(1));
          return second.forward(torch.gelu(first.forward(normed)));
        });
  }

  /** Adds to the gradients of the weights; gives that of x from that of the output. */
  Tensor backward(Tensor x, long perToken, Tensor gradient) {
    return Scope.keep(
        () -> {
          Tensor scale = norm.scale(x);
          Tensor normalised = norm.normalised(x, scale);
          Tensor normed = norm.weighted(normalised).view(-1, perToken * x.size(1));
          Tensor wide = first.forward(normed);
          Tensor outer = second.backward(torch.gelu(wide), gradient);
          Tensor inner = first.backward(normed, torch.gelu_backward(outer, wide));
          Tensor sum = torch.zeros_like(x);
          norm.backward(normalised, scale, inner.view(-1, x.size(1)), sum);
          return sum;
        });
  }
}

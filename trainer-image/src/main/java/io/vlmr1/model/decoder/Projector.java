package io.vlmr1.model.decoder;

import io.vlmr1.nn.Mlp;
import io.vlmr1.nn.Norm;
import io.vlmr1.tensor.Scope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes a token of each group of patches: norm and two products, with the patches laid side by side
 * before the norm or behind it. U tokens of P patches each, D vision hidden, H language hidden.
 *
 * @param norm over normed numbers
 * @param normed D, or P D where patches are joined before the norm
 * @param joined P D
 * @param mlp [U, P D] to [U, H]
 */
public record Projector(Norm norm, long normed, long joined, Mlp mlp) {

  /** x, U P D numbers in the order of the tokens, to [U, H]. */
  public Tensor forward(Tensor x) {
    return Scope.keep(
        () -> {
          Tensor normal = norm.forward(x.reshape(-1, normed)).view(-1, joined);
          return mlp.finish(mlp.project(normal));
        });
  }

  /** Adds to the gradients of the weights; gives that of x, of its shape. */
  public Tensor backward(Tensor x, Tensor gradient) {
    return Scope.keep(
        () -> {
          Norm.Normalised normalised = norm.normalise(x.reshape(-1, normed));
          Tensor normal = norm.weighted(normalised).view(-1, joined);
          Tensor inner = mlp.backward(normal, mlp.project(normal), gradient);
          Tensor sum = torch.zeros_like(x);
          norm.backward(normalised, inner.view(-1, normed), sum.view(-1, normed));
          return sum;
        });
  }
}

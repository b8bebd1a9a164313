package io.vlmr1.model.glm;

import io.vlmr1.nn.Activation;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.LayerNorm;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.Norm;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.tensor.Scope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes a token of each block of m·m patches: norm, a convolution over the block, a product, norm,
 * GELU, SwiGLU. U tokens, D vision hidden, H language hidden.
 *
 * @param merge m
 * @param norm over D
 * @param downsample [U, D m m] to [U, H]
 * @param product [U, H] to [U, H]
 * @param middle norm over H
 * @param mlp [U, H] to [U, H]
 */
record GlmMerger(int merge, Norm norm, Linear downsample, Linear product, Norm middle, SwiGlu mlp) {

  static GlmMerger of(GlmConfig.Vision vision, FlatParameters weights) {
    String prefix = GlmWeights.VISION;
    return new GlmMerger(
        vision.merge(),
        RmsNorm.of(weights, prefix + "post_layernorm", vision.epsilon()),
        Linear.of(weights, prefix + "downsample"),
        Linear.of(weights, prefix + "merger.proj"),
        LayerNorm.of(weights, prefix + "merger.post_projection_norm", 1e-5),
        SwiGlu.of(weights, prefix + "merger"));
  }

  /** x [U m m, D] to [U, H]. */
  Tensor forward(Tensor x) {
    return Scope.keep(
        () -> {
          Tensor blocks = blocks(norm.forward(x));
          Tensor normed = middle.forward(product.forward(downsample.forward(blocks)));
          return mlp.finish(mlp.project(Activation.GELU.forward(normed)));
        });
  }

  /** Adds to the gradients of the weights; gives that of x. */
  Tensor backward(Tensor x, Tensor gradient) {
    return Scope.keep(
        () -> {
          Norm.Normalised outside = norm.normalise(x);
          Tensor blocks = blocks(norm.weighted(outside));
          Tensor down = downsample.forward(blocks);
          Norm.Normalised inside = middle.normalise(product.forward(down));
          Tensor normed = middle.weighted(inside);
          Tensor active = Activation.GELU.forward(normed);
          Tensor byActive = mlp.backward(active, mlp.project(active), gradient);
          Tensor byProduct = torch.zeros_like(down);
          middle.backward(inside, Activation.GELU.backward(normed, byActive), byProduct);
          Tensor byBlocks = downsample.backward(blocks, product.backward(down, byProduct));
          Tensor sum = torch.zeros_like(x);
          norm.backward(outside, patches(byBlocks, x), sum);
          return sum;
        });
  }

  /** [U m m, D] to [U, D m m], as the convolution's kernel lies. */
  private Tensor blocks(Tensor x) {
    return x.view(-1, merge, merge, x.size(1)).permute(0, 3, 1, 2).flatten(1, -1);
  }

  private Tensor patches(Tensor blocks, Tensor like) {
    return blocks
        .view(-1, like.size(1), merge, merge)
        .permute(0, 2, 3, 1)
        .reshape(-1, like.size(1));
  }
}

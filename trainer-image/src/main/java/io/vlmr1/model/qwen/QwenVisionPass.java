package io.vlmr1.model.qwen;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.TransformerBlock.Linear;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The vision tower over all pictures of a pass, each picture once: forward, then backward if that
 * was asked for.
 */
final class QwenVisionPass implements AutoCloseable {
  private static final double EPSILON = 1e-6;
  private static final String EMBED = "visual.patch_embed.proj.weight";

  private final QwenModel model;
  private final QwenVisionLayout layout;
  private final BlockStack stack;
  private final BlockStack.Memory memory;
  private final Retained kept = new Retained();
  private final List<PreparedImage> images;

  QwenVisionPass(QwenModel model, List<PreparedImage> images, BlockStack.Memory memory) {
    this.model = model;
    this.images = images;
    this.memory = memory;
    QwenConfig.Vision vision = model.config().vision();
    layout = new QwenVisionLayout(vision, images);
    stack =
        new BlockStack(
            model.visionBlocks(),
            layout.angles(),
            block -> layout.attention(vision.fullAttention().contains(block)),
            memory);
  }

  /** Features of the merged tokens of all pictures in order, [tokens, out hidden]. */
  Tensor forward() {
    return Scope.keep(
        () -> {
          Tensor merged = stack.forward(embed());
          if (memory == BlockStack.Memory.NONE) {
            try (NoGradGuard guard = new NoGradGuard()) {
              return merge(merged).index_select(0, layout.back());
            }
          }
          mergerInput = kept.keep(merged.detach().set_requires_grad(true));
          mergerOutput = kept.keep(merge(mergerInput));
          return mergerOutput.detach().index_select(0, layout.back());
        });
  }

  private Tensor mergerInput = new Tensor();
  private Tensor mergerOutput = new Tensor();

  /** Adds the gradients of the tower's weights, given that of {@link #forward}. */
  void backward(Tensor gradient) {
    try (Scope scope = Scope.open()) {
      mergerOutput.backward(
          gradient.index_select(0, layout.order()),
          new BoolOptional(),
          false,
          new TensorArrayRefOptional());
      Tensor byPatches = stack.backward(new Tensor(mergerInput.grad()));
      Tensor sink = model.weights().leafGradient(EMBED);
      sink.view(sink.size(0), -1).addmm_(byPatches.t(), patches());
    }
  }

  /** Patches in window order, [patches, inputs]. */
  private Tensor patches() {
    int perToken = model.config().vision().merge() * model.config().vision().merge();
    Tensor rows = Tensors.cat(0, images.stream().map(PreparedImage::patches).toList());
    long inputs = rows.size(1);
    return rows.view(-1, perToken * inputs)
        .index_select(0, layout.order())
        .view(-1, inputs)
        .to(model.weights().dtype().scalarType());
  }

  private Tensor embed() {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor weight = model.weights().leaf(EMBED);
      return torch.linear(patches(), weight.view(weight.size(0), -1));
    }
  }

  /** Blocks' output [patches, hidden] to merged tokens [tokens, out hidden], in window order. */
  private Tensor merge(Tensor x) {
    FlatParameters weights = model.weights();
    QwenConfig.Vision vision = model.config().vision();
    Tensor normed = Tensors.rmsNorm(x, weights.leaf("visual.merger.ln_q.weight"), EPSILON);
    Linear first = QwenWeights.both(weights, "visual.merger.mlp.0");
    Linear second = QwenWeights.both(weights, "visual.merger.mlp.2");
    Tensor wide = normed.reshape(-1, (long) vision.hidden() * vision.merge() * vision.merge());
    return second.forward(torch.gelu(first.forward(wide)));
  }

  @Override
  public void close() {
    stack.close();
    kept.close();
    layout.close();
  }
}

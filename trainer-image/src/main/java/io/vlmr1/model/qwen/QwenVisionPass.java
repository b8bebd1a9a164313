package io.vlmr1.model.qwen;

import io.vlmr1.model.ImageFeatures;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The vision tower over all pictures of a pass, each picture once: forward, then backward if that
 * was asked for.
 */
final class QwenVisionPass implements AutoCloseable {
  private final QwenModel model;
  private final QwenVisionLayout layout;
  private final BlockStack stack;
  private final Memory memory;
  private final Retained kept = new Retained();
  private final List<PreparedImage> images;
  private final int perToken;
  private @Nullable Tensor encoded;

  QwenVisionPass(QwenModel model, List<PreparedImage> images, Memory memory) {
    this.model = model;
    this.images = images;
    this.memory = memory;
    QwenConfig.Vision vision = model.config().vision();
    perToken = vision.merge() * vision.merge();
    layout = new QwenVisionLayout(vision, images);
    stack =
        new BlockStack(
            model.visionBlocks(),
            layout.angles(),
            block -> layout.attention(vision.fullAttention().contains(block)),
            memory);
  }

  /**
   * Features of the merged tokens of all pictures in order, [tokens, out hidden]: those that a
   * tower which does not learn made before, if it did.
   */
  static Tensor features(QwenModel model, List<PreparedImage> images) {
    return ImageFeatures.of(model, images, unseen -> encode(model, unseen));
  }

  private static List<Tensor> encode(QwenModel model, List<PreparedImage> images) {
    int perToken = model.config().vision().merge() * model.config().vision().merge();
    List<Tensor> parts = new ArrayList<>();
    try (QwenVisionPass pass = new QwenVisionPass(model, images, Memory.NONE)) {
      Tensor all = pass.forward();
      long from = 0;
      for (PreparedImage image : images) {
        long tokens = image.patchCount() / perToken;
        parts.add(all.narrow(0, from, tokens));
        from += tokens;
      }
    }
    return parts;
  }

  /** Features of the merged tokens of all pictures in order, [tokens, out hidden]. */
  Tensor forward() {
    return Scope.keep(
        () -> {
          Tensor patches = model.patchEmbedding().forward(patches());
          Tensor output = stack.forward(patches);
          if (memory != Memory.NONE) {
            encoded = kept.keep(output);
          }
          return model.merger().forward(output, perToken).index_select(0, layout.back());
        });
  }

  /** Adds the gradients of the tower's weights, given that of {@link #forward}. */
  void backward(Tensor gradient) {
    Tensor output = encoded;
    if (output == null) {
      throw new IllegalStateException("this pass was not asked to keep what backward needs");
    }
    try (Scope scope = Scope.open()) {
      Tensor byToken = gradient.index_select(0, layout.order());
      Tensor running = model.merger().backward(output, perToken, byToken);
      stack.backward(running);
      model.patchEmbedding().accumulate(patches(), running);
    }
  }

  /** Patches in window order, [patches, inputs]. */
  private Tensor patches() {
    Tensor rows = Tensors.cat(0, images.stream().map(PreparedImage::patches).toList());
    long inputs = rows.size(1);
    return rows.view(-1, perToken * inputs)
        .index_select(0, layout.order())
        .view(-1, inputs)
        .to(model.weights().dtype().scalarType());
  }

  @Override
  public void close() {
    stack.close();
    kept.close();
    layout.close();
  }
}

package io.vlmr1.model.qwen;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.decoder.GridLayout;
import io.vlmr1.model.decoder.VisionRun;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The vision tower over some pictures: patches in window order, tokens back in picture order. */
final class QwenVisionRun implements VisionRun {
  private final QwenVision vision;
  private final GridLayout layout;

  QwenVisionRun(QwenVision vision, List<PreparedImage> images) {
    this.vision = vision;
    layout = new GridLayout(vision.config().grid(), images);
  }

  @Override
  public Tensor embed() {
    return vision.patchEmbedding().forward(patches());
  }

  @Override
  public void embedBackward(Tensor gradient) {
    vision.patchEmbedding().accumulate(patches(), gradient);
  }

  private Tensor patches() {
    return layout.patches(vision.weights().dtype());
  }

  @Override
  public BlockStack blocks(Memory memory) {
    return new BlockStack(
        vision.blocks(),
        layout.rotary(),
        block -> layout.attention(vision.config().fullAttention().contains(block)),
        memory);
  }

  @Override
  public Tensor project(Tensor x) {
    return vision.merger().forward(x).index_select(0, layout.back());
  }

  @Override
  public Tensor projectBackward(Tensor x, Tensor gradient) {
    return vision.merger().backward(x, gradient.index_select(0, layout.order()));
  }

  @Override
  public void close() {
    layout.close();
  }
}

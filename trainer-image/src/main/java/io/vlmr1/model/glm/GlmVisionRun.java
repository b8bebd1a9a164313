package io.vlmr1.model.glm;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.decoder.GridLayout;
import io.vlmr1.model.decoder.SampledPositions;
import io.vlmr1.model.decoder.VisionRun;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.Norm;
import io.vlmr1.tensor.Scope;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The vision tower over some pictures: patches normed, their sampled positions added. */
final class GlmVisionRun implements VisionRun {
  private final GlmVision vision;
  private final GridLayout layout;
  private final SampledPositions positions;

  GlmVisionRun(GlmVision vision, List<PreparedImage> images) {
    this.vision = vision;
    layout = new GridLayout(vision.config().grid(), images);
    List<SampledPositions.Place> places =
        layout.spots().stream()
            .map(
                spot ->
                    new SampledPositions.Place(
                        spot.row(),
                        spot.column(),
                        images.get(spot.image()).gridHeight(),
                        images.get(spot.image()).gridWidth()))
            .toList();
    positions = new SampledPositions(vision.config().side(), places);
  }

  @Override
  public Tensor embed() {
    return Scope.keep(
        () -> {
          Tensor patches = vision.patchEmbedding().forward(patches());
          return vision.patchNorm().forward(patches).add_(positions.read(vision.positions()));
        });
  }

  @Override
  public void embedBackward(Tensor gradient) {
    try (Scope scope = Scope.open()) {
      Tensor table = vision.positionsGradient();
      if (table != null) {
        table.add_(positions.backward(gradient));
      }
      Tensor patches = patches();
      Norm.Normalised normalised =
          vision.patchNorm().normalise(vision.patchEmbedding().forward(patches));
      Tensor inner = torch.zeros_like(gradient);
      vision.patchNorm().backward(normalised, gradient, inner);
      vision.patchEmbedding().accumulate(patches, inner);
    }
  }

  private Tensor patches() {
    return layout.patches(vision.weights().dtype());
  }

  @Override
  public BlockStack blocks(Memory memory) {
    return new BlockStack(
        vision.blocks(), layout.rotary(), block -> layout.attention(true), memory);
  }

  @Override
  public Tensor project(Tensor x) {
    return vision.merger().forward(x);
  }

  @Override
  public Tensor projectBackward(Tensor x, Tensor gradient) {
    return vision.merger().backward(x, gradient);
  }

  @Override
  public void close() {
    layout.close();
    positions.close();
  }
}

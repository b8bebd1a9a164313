package io.vlmr1.model.internvl;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.decoder.Places;
import io.vlmr1.model.decoder.Projector;
import io.vlmr1.model.decoder.VisionRun;
import io.vlmr1.model.decoder.VisionTower;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.TransformerBlock;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** InternViT (arXiv 2312.14238) and the projector to the language model. */
final class InternVlVision implements VisionTower {
  private final InternVlConfig config;
  private final FlatParameters weights;
  private final int imageToken;
  private final List<TransformerBlock> blocks;
  private final Linear patchEmbedding;
  private final Projector projector;

  InternVlVision(InternVlConfig config, int imageToken, FlatParameters weights) {
    this.config = config;
    this.weights = weights;
    this.imageToken = imageToken;
    blocks = InternVlWeights.visionBlocks(config, weights);
    patchEmbedding = Linear.of(weights, config.names().patches());
    projector = InternVlWeights.projector(config, weights);
  }

  @Override
  public int imageToken() {
    return imageToken;
  }

  @Override
  public int tokens(PreparedImage image) {
    return image.patchCount() / (config.vision().block() * config.vision().block());
  }

  @Override
  public Places place(PreparedPrompt prompt) {
    return Places.inLine(prompt, imageToken, this::tokens);
  }

  @Override
  public VisionRun run(List<PreparedImage> images) {
    return new InternVlVisionRun(this, images);
  }

  @Override
  public boolean inTower(String name) {
    return name.startsWith(config.names().tower());
  }

  @Override
  public boolean inProjector(String name) {
    return name.startsWith(config.names().projector());
  }

  InternVlConfig.Vision config() {
    return config.vision();
  }

  @Override
  public FlatParameters weights() {
    return weights;
  }

  List<TransformerBlock> blocks() {
    return blocks;
  }

  Linear patchEmbedding() {
    return patchEmbedding;
  }

  Projector projector() {
    return projector;
  }

  /** [1, 1, D]. */
  Tensor classToken() {
    return weights.leaf(config.names().classToken());
  }

  @Nullable Tensor classTokenGradient() {
    return weights.leafGradient(config.names().classToken());
  }

  /** [1, 1 + side², D]. */
  Tensor positions() {
    return weights.leaf(config.names().positions());
  }

  @Nullable Tensor positionsGradient() {
    return weights.leafGradient(config.names().positions());
  }
}

package io.vlmr1.model.qwen;

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

/** The vision tower of Qwen2-VL (arXiv 2409.12191) and of Qwen2.5-VL (arXiv 2502.13923). */
final class QwenVision implements VisionTower {
  private final QwenConfig config;
  private final FlatParameters weights;
  private final List<TransformerBlock> blocks;
  private final Linear patchEmbedding;
  private final Projector merger;

  QwenVision(QwenConfig config, FlatParameters weights) {
    this.config = config;
    this.weights = weights;
    blocks = QwenWeights.visionBlocks(config.vision(), weights);
    patchEmbedding = Linear.of(weights, "visual.patch_embed.proj");
    merger = QwenWeights.merger(config.vision(), weights);
  }

  @Override
  public int imageToken() {
    return config.tokens().image();
  }

  @Override
  public int tokens(PreparedImage image) {
    return image.patchCount() / (config.vision().merge() * config.vision().merge());
  }

  @Override
  public Places place(PreparedPrompt prompt) {
    return Places.onGrid(prompt, imageToken(), config.vision().merge());
  }

  @Override
  public VisionRun run(List<PreparedImage> images) {
    return new QwenVisionRun(this, images);
  }

  @Override
  public boolean inTower(String name) {
    return name.startsWith("visual.") && !inProjector(name);
  }

  @Override
  public boolean inProjector(String name) {
    return name.startsWith("visual.merger.");
  }

  QwenConfig.Vision config() {
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

  Projector merger() {
    return merger;
  }
}

package io.vlmr1.model.glm;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.decoder.Places;
import io.vlmr1.model.decoder.VisionRun;
import io.vlmr1.model.decoder.VisionTower;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.Norm;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.TransformerBlock;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The vision tower of GLM-4.1V (arXiv 2507.01006). */
final class GlmVision implements VisionTower {
  private static final String POSITIONS =
      GlmWeights.VISION + "embeddings.position_embedding.weight";

  private final GlmConfig config;
  private final FlatParameters weights;
  private final List<TransformerBlock> blocks;
  private final Linear patchEmbedding;
  private final Norm patchNorm;
  private final GlmMerger merger;

  GlmVision(GlmConfig config, FlatParameters weights) {
    this.config = config;
    this.weights = weights;
    blocks = GlmWeights.visionBlocks(config.vision(), weights);
    patchEmbedding = Linear.of(weights, GlmWeights.VISION + "patch_embed.proj");
    patchNorm =
        RmsNorm.of(weights, GlmWeights.VISION + "post_conv_layernorm", config.vision().epsilon());
    merger = GlmMerger.of(config.vision(), weights);
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
    return new GlmVisionRun(this, images);
  }

  @Override
  public boolean inTower(String name) {
    return name.startsWith(GlmWeights.VISION) && !inProjector(name);
  }

  @Override
  public boolean inProjector(String name) {
    return Stream.of("post_layernorm.", "downsample.", "merger.")
        .anyMatch(part -> name.startsWith(GlmWeights.VISION + part));
  }

  GlmConfig.Vision config() {
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

  Norm patchNorm() {
    return patchNorm;
  }

  GlmMerger merger() {
    return merger;
  }

  /** [side², D]. */
  Tensor positions() {
    return weights.leaf(POSITIONS);
  }

  @Nullable Tensor positionsGradient() {
    return weights.leafGradient(POSITIONS);
  }
}

package io.vlmr1.model.glm;

import io.vlmr1.model.decoder.QwenLayers;
import io.vlmr1.model.decoder.Slots;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;
import java.util.List;
import java.util.stream.IntStream;

/** Names and shapes of GLM-4.1V's weights and the blocks made of them. */
final class GlmWeights {
  static final String VISION = "model.visual.";

  private GlmWeights() {}

  static List<Slot> slots(GlmConfig config) {
    Slots slots = new Slots();
    GlmConfig.Vision vision = config.vision();
    long hidden = vision.hidden();
    long out = vision.outHidden();
    slots.unit(Slots.PATCHES);
    slots.tensor(
        VISION + "patch_embed.proj.weight",
        hidden,
        vision.channels(),
        vision.temporalPatch(),
        vision.patch(),
        vision.patch());
    slots.tensor(VISION + "patch_embed.proj.bias", hidden);
    slots.rmsNorm(VISION + "post_conv_layernorm", hidden);
    slots.tensor(
        VISION + "embeddings.position_embedding.weight",
        (long) vision.side() * vision.side(),
        hidden);
    for (int i = 0; i < vision.depth(); i++) {
      visionBlock(slots.visionBlock(i), name(i), vision);
    }
    slots.unit(Slots.PROJECTOR);
    slots.rmsNorm(VISION + "post_layernorm", hidden);
    slots.tensor(VISION + "downsample.weight", out, hidden, vision.merge(), vision.merge());
    slots.tensor(VISION + "downsample.bias", out);
    slots.linear(VISION + "merger.proj", out, out, false);
    slots.layerNorm(VISION + "merger.post_projection_norm", out);
    QwenLayers.swiGlu(slots, VISION + "merger", out, vision.intermediate(), false);
    new GlmLayers(config.text()).list(slots);
    return slots.all();
  }

  private static String name(int block) {
    return VISION + "blocks." + block + ".";
  }

  private static void visionBlock(Slots slots, String name, GlmConfig.Vision vision) {
    long hidden = vision.hidden();
    slots.rmsNorm(name + "norm1", hidden);
    slots.rmsNorm(name + "norm2", hidden);
    slots.linear(name + "attn.qkv", 3 * hidden, hidden, vision.bias());
    slots.linear(name + "attn.proj", hidden, hidden, false);
    QwenLayers.swiGlu(slots, name + "mlp", hidden, vision.outHidden(), false);
  }

  static List<TransformerBlock> visionBlocks(GlmConfig.Vision vision, FlatParameters weights) {
    return IntStream.range(0, vision.depth())
        .mapToObj(i -> visionBlock(vision, name(i), weights))
        .toList();
  }

  private static TransformerBlock visionBlock(
      GlmConfig.Vision vision, String name, FlatParameters weights) {
    return new TransformerBlock(
        RmsNorm.of(weights, name + "norm1", vision.epsilon()),
        new HeadProjections(
            vision.shape(),
            Linear.of(weights, name + "attn.qkv"),
            Linear.of(weights, name + "attn.proj")),
        RmsNorm.of(weights, name + "norm2", vision.epsilon()),
        SwiGlu.of(weights, name + "mlp"));
  }
}

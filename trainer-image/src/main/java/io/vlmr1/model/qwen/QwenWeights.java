package io.vlmr1.model.qwen;

import io.vlmr1.model.decoder.Projector;
import io.vlmr1.model.decoder.QwenLayers;
import io.vlmr1.model.decoder.Slots;
import io.vlmr1.nn.Activation;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.LayerNorm;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.Mlp;
import io.vlmr1.nn.Norm;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.nn.TwoLayerMlp;
import java.util.ArrayList;
import java.util.List;

/**
 * Names and shapes of the weights of Qwen2-VL and Qwen2.5-VL, as their published files have them,
 * and the blocks made of them.
 */
final class QwenWeights {
  private QwenWeights() {}

  static QwenLayers language(QwenConfig config) {
    return new QwenLayers("model.", "lm_head.weight", config.text());
  }

  static List<Slot> slots(QwenConfig config) {
    Slots slots = new Slots();
    QwenConfig.Vision vision = config.vision();
    slots.unit(Slots.PATCHES);
    slots.tensor(
        "visual.patch_embed.proj.weight",
        vision.hidden(),
        vision.channels(),
        vision.temporalPatch(),
        vision.patch(),
        vision.patch());
    for (int i = 0; i < vision.depth(); i++) {
      visionBlock(slots.visionBlock(i), "visual.blocks." + i + ".", vision);
    }
    slots.unit(Slots.PROJECTOR);
    slots.norm("visual.merger.ln_q", vision.hidden(), vision.plain());
    slots.linear("visual.merger.mlp.0", vision.merged(), vision.merged(), true);
    slots.linear("visual.merger.mlp.2", vision.outHidden(), vision.merged(), true);
    language(config).list(slots);
    return slots.all();
  }

  private static void visionBlock(Slots slots, String name, QwenConfig.Vision vision) {
    long hidden = vision.hidden();
    slots.norm(name + "norm1", hidden, vision.plain());
    slots.norm(name + "norm2", hidden, vision.plain());
    slots.linear(name + "attn.qkv", 3 * hidden, hidden, true);
    slots.linear(name + "attn.proj", hidden, hidden, true);
    if (vision.plain()) {
      slots.linear(name + "mlp.fc1", vision.intermediate(), hidden, true);
      slots.linear(name + "mlp.fc2", hidden, vision.intermediate(), true);
    } else {
      QwenLayers.swiGlu(slots, name + "mlp", hidden, vision.intermediate(), true);
    }
  }

  /**
   * What files call a tensor: as published, as transformers saves some, and an untied head under
   * its module.
   */
  static List<String> names(String hub) {
    if (hub.startsWith("visual.")) {
      return List.of(hub, "model." + hub);
    }
    return hub.startsWith("model.")
        ? List.of(hub, "model.language_model." + hub.substring("model.".length()))
        : List.of(hub, "model." + hub);
  }

  /** The same, its name inside transformers first. */
  static List<String> insideFirst(String hub) {
    List<String> names = names(hub);
    return hub.startsWith("visual.") || hub.startsWith("model.")
        ? List.of(names.get(1), hub)
        : names;
  }

  static List<TransformerBlock> visionBlocks(QwenConfig.Vision vision, FlatParameters weights) {
    List<TransformerBlock> blocks = new ArrayList<>();
    for (int i = 0; i < vision.depth(); i++) {
      String name = "visual.blocks." + i + ".";
      blocks.add(
          new TransformerBlock(
              norm(vision, weights, name + "norm1"),
              new HeadProjections(
                  vision.shape(),
                  Linear.of(weights, name + "attn.qkv"),
                  Linear.of(weights, name + "attn.proj")),
              norm(vision, weights, name + "norm2"),
              mlp(vision, weights, name + "mlp")));
    }
    return blocks;
  }

  private static Norm norm(QwenConfig.Vision vision, FlatParameters weights, String name) {
    return vision.plain()
        ? LayerNorm.of(weights, name, QwenConfig.Vision.EPSILON)
        : RmsNorm.of(weights, name, QwenConfig.Vision.EPSILON);
  }

  private static Mlp mlp(QwenConfig.Vision vision, FlatParameters weights, String name) {
    return vision.plain()
        ? new TwoLayerMlp(
            Linear.of(weights, name + ".fc1"),
            vision.activation(),
            Linear.of(weights, name + ".fc2"))
        : SwiGlu.of(weights, name);
  }

  /** Norm of each patch, then two products over the patches of a token. */
  static Projector merger(QwenConfig.Vision vision, FlatParameters weights) {
    return new Projector(
        norm(vision, weights, "visual.merger.ln_q"),
        vision.hidden(),
        vision.merged(),
        new TwoLayerMlp(
            Linear.of(weights, "visual.merger.mlp.0"),
            Activation.GELU,
            Linear.of(weights, "visual.merger.mlp.2")));
  }
}

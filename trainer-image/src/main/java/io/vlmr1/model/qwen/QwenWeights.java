package io.vlmr1.model.qwen;

import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.FlatParameters.Part;
import io.vlmr1.nn.FlatParameters.Slot;
import io.vlmr1.nn.Heads;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names and shapes of Qwen2.5-VL's weights, as its published files have them, and the blocks made
 * of them.
 */
final class QwenWeights {
  private QwenWeights() {}

  static List<Slot> slots(QwenConfig config) {
    List<Slot> slots = new ArrayList<>();
    QwenConfig.Vision vision = config.vision();
    slots.add(
        Slot.of(
            "visual.patch_embed.proj.weight",
            true,
            vision.hidden(),
            vision.channels(),
            vision.temporalPatch(),
            vision.patch(),
            vision.patch()));
    for (int i = 0; i < vision.depth(); i++) {
      visionBlock(slots, "visual.blocks." + i + ".", vision);
    }
    long merged = (long) vision.hidden() * vision.merge() * vision.merge();
    slots.add(Slot.of("visual.merger.ln_q.weight", true, vision.hidden()));
    linear(slots, "visual.merger.mlp.0", merged, merged);
    linear(slots, "visual.merger.mlp.2", vision.outHidden(), merged);
    slots.add(Slot.of("model.embed_tokens.weight", true, config.vocabularySize(), config.hidden()));
    for (int i = 0; i < config.layers(); i++) {
      languageBlock(slots, "model.layers." + i + ".", config);
    }
    slots.add(Slot.of("model.norm.weight", false, config.hidden()));
    if (!config.tied()) {
      slots.add(Slot.of("lm_head.weight", true, config.vocabularySize(), config.hidden()));
    }
    return slots;
  }

  private static void linear(List<Slot> slots, String name, long out, long in) {
    slots.add(Slot.of(name + ".weight", true, out, in));
    slots.add(Slot.of(name + ".bias", false, out));
  }

  private static void visionBlock(List<Slot> slots, String name, QwenConfig.Vision vision) {
    long hidden = vision.hidden();
    long wide = vision.intermediate();
    // transformers' Trainer exempts norms by their names; these two are not among them
    slots.add(Slot.of(name + "norm1.weight", true, hidden));
    slots.add(Slot.of(name + "norm2.weight", true, hidden));
    linear(slots, name + "attn.qkv", 3 * hidden, hidden);
    linear(slots, name + "attn.proj", hidden, hidden);
    fused(slots, name, "weight", hidden, wide);
    fused(slots, name, "bias", 0, wide);
    linear(slots, name + "mlp.down_proj", hidden, wide);
  }

  /** Gate and up projections as one leaf; `in` is 0 for biases. */
  private static void fused(List<Slot> slots, String name, String kind, long in, long wide) {
    slots.add(
        new Slot(
            name + "mlp.gate_up." + kind,
            Stream.of("mlp.gate_proj.", "mlp.up_proj.")
                .map(part -> new Part(name + part + kind, in == 0 ? shape(wide) : shape(wide, in)))
                .toList(),
            kind.equals("weight")));
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }

  private static void languageBlock(List<Slot> slots, String name, QwenConfig config) {
    Heads.Shape block = config.shape();
    long hidden = config.hidden();
    long queries = (long) block.heads() * block.width();
    long keys = (long) block.keyHeads() * block.width();
    slots.add(Slot.of(name + "input_layernorm.weight", false, hidden));
    slots.add(Slot.of(name + "post_attention_layernorm.weight", false, hidden));
    slots.add(
        new Slot(
            name + "self_attn.qkv.weight",
            List.of(
                new Part(name + "self_attn.q_proj.weight", shape(queries, hidden)),
                new Part(name + "self_attn.k_proj.weight", shape(keys, hidden)),
                new Part(name + "self_attn.v_proj.weight", shape(keys, hidden))),
            true));
    slots.add(
        new Slot(
            name + "self_attn.qkv.bias",
            List.of(
                new Part(name + "self_attn.q_proj.bias", shape(queries)),
                new Part(name + "self_attn.k_proj.bias", shape(keys)),
                new Part(name + "self_attn.v_proj.bias", shape(keys))),
            false));
    slots.add(Slot.of(name + "self_attn.o_proj.weight", true, hidden, queries));
    fused(slots, name, "weight", hidden, config.intermediate());
    slots.add(Slot.of(name + "mlp.down_proj.weight", true, hidden, config.intermediate()));
  }

  static List<TransformerBlock> visionBlocks(QwenConfig config, FlatParameters weights) {
    List<TransformerBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.vision().depth(); i++) {
      String name = "visual.blocks." + i + ".";
      blocks.add(
          new TransformerBlock(
              config.vision().shape(),
              RmsNorm.of(weights, name + "norm1", QwenConfig.Vision.EPSILON),
              Linear.of(weights, name + "attn.qkv"),
              Linear.of(weights, name + "attn.proj"),
              RmsNorm.of(weights, name + "norm2", QwenConfig.Vision.EPSILON),
              SwiGlu.of(weights, name + "mlp")));
    }
    return blocks;
  }

  static List<TransformerBlock> languageBlocks(QwenConfig config, FlatParameters weights) {
    List<TransformerBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      String name = "model.layers." + i + ".";
      blocks.add(
          new TransformerBlock(
              config.shape(),
              RmsNorm.of(weights, name + "input_layernorm", config.epsilon()),
              Linear.of(weights, name + "self_attn.qkv"),
              Linear.of(weights, name + "self_attn.o_proj"),
              RmsNorm.of(weights, name + "post_attention_layernorm", config.epsilon()),
              SwiGlu.of(weights, name + "mlp")));
    }
    return blocks;
  }

  static LanguageHead.Weights head(QwenConfig config, FlatParameters weights) {
    String projection = config.tied() ? "model.embed_tokens" : "lm_head";
    return new LanguageHead.Weights(
        RmsNorm.of(weights, "model.norm", config.epsilon()),
        Linear.of(weights, projection, "lm_head"));
  }
}

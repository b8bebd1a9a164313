package io.vlmr1.model.decoder;

import io.vlmr1.model.decoder.Slots.Output;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Heads;
import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * The Qwen2 language model (arXiv 2407.10671), which several families are built on: names, shapes
 * and blocks.
 *
 * @param prefix of the names: `model.` or what a family puts before it
 * @param projection name of the output projection's weight
 */
public record QwenLayers(String prefix, String projection, TextConfig config) {

  /** Slot of the embedding. */
  public String embedding() {
    return prefix + "embed_tokens.weight";
  }

  /** Lists the slots of the language model. */
  public void list(Slots slots) {
    slots.tensor(embedding(), config.vocabularySize(), config.hidden());
    for (int i = 0; i < config.layers(); i++) {
      layer(slots, prefix + "layers." + i + ".");
    }
    slots.rmsNorm(prefix + "norm", config.hidden());
    if (!config.tied()) {
      slots.tensor(projection, config.vocabularySize(), config.hidden());
    }
  }

  private void layer(Slots slots, String name) {
    Heads.Shape shape = config.shape();
    long hidden = config.hidden();
    slots.rmsNorm(name + "input_layernorm", hidden);
    slots.rmsNorm(name + "post_attention_layernorm", hidden);
    slots.fused(
        name + "self_attn.qkv",
        hidden,
        true,
        new Output(name + "self_attn.q_proj", shape.queries()),
        new Output(name + "self_attn.k_proj", shape.keys()),
        new Output(name + "self_attn.v_proj", shape.keys()));
    slots.linear(name + "self_attn.o_proj", hidden, shape.queries(), false);
    swiGlu(slots, name + "mlp", hidden, config.intermediate(), false);
  }

  /** Lists gate, up and down projections with the usual names. */
  public static void swiGlu(Slots slots, String name, long hidden, long wide, boolean bias) {
    slots.fused(
        name + ".gate_up",
        hidden,
        bias,
        new Output(name + ".gate_proj", wide),
        new Output(name + ".up_proj", wide));
    slots.linear(name + ".down_proj", hidden, wide, bias);
  }

  /** The layers. */
  public List<TransformerBlock> blocks(FlatParameters weights) {
    List<TransformerBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      String name = prefix + "layers." + i + ".";
      blocks.add(
          new TransformerBlock(
              RmsNorm.of(weights, name + "input_layernorm", config.epsilon()),
              new HeadProjections(
                  config.shape(),
                  Linear.of(weights, name + "self_attn.qkv"),
                  Linear.of(weights, name + "self_attn.o_proj")),
              RmsNorm.of(weights, name + "post_attention_layernorm", config.epsilon()),
              SwiGlu.of(weights, name + "mlp")));
    }
    return blocks;
  }

  /** Final norm and projection. */
  public LanguageHead.Weights head(FlatParameters weights) {
    String slot = config.tied() ? embedding() : projection;
    return new LanguageHead.Weights(
        RmsNorm.of(weights, prefix + "norm", config.epsilon()),
        weights.leaf(slot),
        weights.leafGradient(slot));
  }
}

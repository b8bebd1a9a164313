package io.vlmr1.model.decoder;

import io.vlmr1.model.decoder.Slots.Output;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Heads;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;

/**
 * The Qwen2 language model (arXiv 2407.10671), which several families are built on: names, shapes
 * and blocks.
 *
 * @param prefix of the names: `model.` or what a family puts before it
 * @param projection name of the output projection's weight
 */
public record QwenLayers(String prefix, String projection, TextConfig config)
    implements DecoderLayers {

  @Override
  public String embedding() {
    return prefix + "embed_tokens.weight";
  }

  @Override
  public String norm() {
    return prefix + "norm";
  }

  @Override
  public void layer(Slots slots, int index) {
    String name = prefix + "layers." + index + ".";
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

  @Override
  public TransformerBlock block(FlatParameters weights, int index) {
    String name = prefix + "layers." + index + ".";
    return new TransformerBlock(
        RmsNorm.of(weights, name + "input_layernorm", config.epsilon()),
        new HeadProjections(
            config.shape(),
            Linear.of(weights, name + "self_attn.qkv"),
            Linear.of(weights, name + "self_attn.o_proj")),
        RmsNorm.of(weights, name + "post_attention_layernorm", config.epsilon()),
        SwiGlu.of(weights, name + "mlp"));
  }
}

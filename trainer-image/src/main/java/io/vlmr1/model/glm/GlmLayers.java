package io.vlmr1.model.glm;

import io.vlmr1.model.decoder.DecoderLayers;
import io.vlmr1.model.decoder.Slots;
import io.vlmr1.model.decoder.Slots.Output;
import io.vlmr1.model.decoder.TextConfig;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Heads;
import io.vlmr1.nn.Joint;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;

/** GLM-4's language model: norms before and behind each half of a layer. */
record GlmLayers(TextConfig config) implements DecoderLayers {
  private static final String PREFIX = "model.language_model.";

  @Override
  public String embedding() {
    return PREFIX + "embed_tokens.weight";
  }

  @Override
  public String norm() {
    return PREFIX + "norm";
  }

  @Override
  public String projection() {
    return "lm_head.weight";
  }

  private static String name(int index) {
    return PREFIX + "layers." + index + ".";
  }

  @Override
  public void layer(Slots slots, int index) {
    String name = name(index);
    Heads.Shape shape = config.shape();
    long hidden = config.hidden();
    slots.rmsNorm(name + "input_layernorm", hidden);
    slots.rmsNorm(name + "post_self_attn_layernorm", hidden);
    slots.rmsNorm(name + "post_attention_layernorm", hidden);
    slots.rmsNorm(name + "post_mlp_layernorm", hidden);
    slots.fused(
        name + "self_attn.qkv",
        hidden,
        true,
        new Output(name + "self_attn.q_proj", shape.queries()),
        new Output(name + "self_attn.k_proj", shape.keys()),
        new Output(name + "self_attn.v_proj", shape.keys()));
    slots.linear(name + "self_attn.o_proj", hidden, shape.queries(), false);
    slots.linear(name + "mlp.gate_up_proj", 2L * config.intermediate(), hidden, false);
    slots.linear(name + "mlp.down_proj", hidden, config.intermediate(), false);
  }

  @Override
  public TransformerBlock block(FlatParameters weights, int index) {
    String name = name(index);
    return new TransformerBlock(
        norm(weights, name + "input_layernorm"),
        new HeadProjections(
            config.shape(),
            Linear.of(weights, name + "self_attn.qkv"),
            Linear.of(weights, name + "self_attn.o_proj")),
        new Joint.Normed(norm(weights, name + "post_self_attn_layernorm")),
        norm(weights, name + "post_attention_layernorm"),
        new SwiGlu(
            Linear.of(weights, name + "mlp.gate_up_proj"),
            Linear.of(weights, name + "mlp.down_proj")),
        new Joint.Normed(norm(weights, name + "post_mlp_layernorm")));
  }

  private RmsNorm norm(FlatParameters weights, String name) {
    return RmsNorm.of(weights, name, config.epsilon());
  }
}

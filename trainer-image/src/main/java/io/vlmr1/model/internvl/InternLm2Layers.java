package io.vlmr1.model.internvl;

import io.vlmr1.model.decoder.DecoderLayers;
import io.vlmr1.model.decoder.Slots;
import io.vlmr1.model.decoder.Slots.Output;
import io.vlmr1.model.decoder.TextConfig;
import io.vlmr1.nn.FlatParameters;
import io.vlmr1.nn.HeadProjections;
import io.vlmr1.nn.Linear;
import io.vlmr1.nn.RmsNorm;
import io.vlmr1.nn.SwiGlu;
import io.vlmr1.nn.TransformerBlock;

/**
 * InternLM2 (arXiv 2403.17297): queries, keys and values packed in groups.
 *
 * @param attentionBias whether the products around attention have biases
 */
record InternLm2Layers(TextConfig config, boolean attentionBias) implements DecoderLayers {
  private static final String PREFIX = "language_model.model.";

  @Override
  public String embedding() {
    return PREFIX + "tok_embeddings.weight";
  }

  @Override
  public String norm() {
    return PREFIX + "norm";
  }

  @Override
  public String projection() {
    return "language_model.output.weight";
  }

  private static String name(int index) {
    return PREFIX + "layers." + index + ".";
  }

  @Override
  public void layer(Slots slots, int index) {
    String name = name(index);
    long hidden = config.hidden();
    slots.rmsNorm(name + "attention_norm", hidden);
    slots.rmsNorm(name + "ffn_norm", hidden);
    slots.linear(name + "attention.wqkv", config.shape().columns(), hidden, attentionBias);
    slots.linear(name + "attention.wo", hidden, config.shape().queries(), attentionBias);
    slots.fused(
        name + "feed_forward.gate_up",
        hidden,
        false,
        new Output(name + "feed_forward.w1", config.intermediate()),
        new Output(name + "feed_forward.w3", config.intermediate()));
    slots.linear(name + "feed_forward.w2", hidden, config.intermediate(), false);
  }

  @Override
  public TransformerBlock block(FlatParameters weights, int index) {
    String name = name(index);
    return new TransformerBlock(
        RmsNorm.of(weights, name + "attention_norm", config.epsilon()),
        new HeadProjections(
            config.shape(),
            Linear.of(weights, name + "attention.wqkv"),
            Linear.of(weights, name + "attention.wo")),
        RmsNorm.of(weights, name + "ffn_norm", config.epsilon()),
        new SwiGlu(
            Linear.of(weights, name + "feed_forward.gate_up"),
            Linear.of(weights, name + "feed_forward.w2")));
  }
}

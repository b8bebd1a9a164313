package io.vlmr1.model.internvl;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.decoder.AddedTokens;
import io.vlmr1.model.decoder.ConfigFields;
import io.vlmr1.model.decoder.SpecialTokens;
import io.vlmr1.model.decoder.TextConfig;
import io.vlmr1.model.decoder.Turning;
import io.vlmr1.model.decoder.WeightFiles;
import io.vlmr1.nn.Activation;
import io.vlmr1.nn.Heads;
import io.vlmr1.nn.Rotary;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * What config.json says of an InternVL, as published (`llm_config`) or as transformers has it
 * (`text_config`).
 *
 * @param names of the layout
 * @param text the language model
 * @param internLm2 whether that is an InternLM2, else a Qwen2
 * @param attentionBias of InternLM2
 * @param base of the rotary frequencies by length
 * @param vision the vision tower and what makes tokens of its patches
 */
record InternVlConfig(
    InternVlNames names,
    TextConfig text,
    boolean internLm2,
    boolean attentionBias,
    IntToDoubleFunction base,
    Vision vision) {
  static final String PUBLISHED = "internvl_chat";
  static final String OWN = "internvl";
  static final String CONTEXT = "<IMG_CONTEXT>";

  private static final List<String> PICTURE_MARKS =
      List.of(
          "<img>",
          "</img>",
          "<video>",
          "<|vision_start|>",
          "<|vision_end|>",
          "<|vision_pad|>",
          "<|image_pad|>",
          "<|video_pad|>");

  /**
   * The vision tower.
   *
   * @param depth blocks
   * @param hidden width
   * @param intermediate width of the feed-forward part
   * @param heads of attention
   * @param layerNorm whether norms are LayerNorms, else RMS norms
   * @param epsilon of the norms
   * @param normEpsilon of the norms of queries and keys
   * @param bias of the fused query, key and value product
   * @param queryKeyNorm whether queries and keys are normed
   * @param activation of the feed-forward part
   * @param channels colours
   * @param patch pixels of a patch's side
   * @param side pixels of the tile that the positions were made for
   * @param block patches of a token's side
   * @param columnsFirst whether tokens go down the columns (`ps_version` v1)
   * @param projector activation between tower and language model
   */
  record Vision(
      int depth,
      int hidden,
      int intermediate,
      int heads,
      boolean layerNorm,
      double epsilon,
      double normEpsilon,
      boolean bias,
      boolean queryKeyNorm,
      Activation activation,
      int channels,
      int patch,
      int side,
      int block,
      boolean columnsFirst,
      Activation projector) {

    Heads.Shape shape() {
      return new Heads.Shape(heads, heads, hidden / heads);
    }

    /** Patches of the side that the positions were made for. */
    int positions() {
      return side / patch;
    }

    /** Width of a token before the projector. */
    long joined() {
      return (long) hidden * block * block;
    }
  }

  static InternVlConfig of(ModelFamily.Source source) {
    boolean own = source.modelType().equals(OWN);
    InternVlNames names = new InternVlNames(own);
    ConfigFields text = ConfigFields.ofNested(source, own ? "text_config" : "llm_config");
    String kind = text.field("model_type").asText();
    if (!kind.equals("qwen2") && !kind.equals("internlm2")) {
      throw text.wrong("model_type", "is '" + kind + "'; only qwen2 and internlm2 are supported");
    }
    boolean internLm2 = kind.equals("internlm2");
    List<String> heads = names.names("language_model.lm_head.weight");
    TextConfig sizes = TextConfig.of(text, !internLm2 && WeightFiles.lack(source.folder(), heads));
    Heads.Shape shape = sizes.shape();
    return new InternVlConfig(
        names,
        internLm2
            ? sizes.with(new Heads.Shape(shape.heads(), shape.keyHeads(), shape.width(), true))
            : sizes,
        internLm2,
        text.flag("bias", false),
        base(text, sizes),
        own ? own(source) : published(source));
  }

  /**
   * Dynamic NTK scaling: a sequence beyond the longest one is turned with a larger base, as large
   * as its own length asks for.
   */
  private static IntToDoubleFunction base(ConfigFields text, TextConfig sizes) {
    JsonNode scaling = TextConfig.scaling(text);
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    double theta = sizes.ropeTheta();
    if (type.equals("default")) {
      return length -> theta;
    }
    if (!type.equals("dynamic")) {
      throw text.wrong("rope_scaling", "is of type " + type + ", which is not supported");
    }
    double factor = scaling.path("factor").asDouble(1);
    double longest = sizes.maxPositions();
    double width = sizes.shape().width();
    return length ->
        length <= longest
            ? theta
            : theta * Math.pow(factor * length / longest - (factor - 1), width / (width - 2));
  }

  private static Vision published(ModelFamily.Source source) {
    ConfigFields top = ConfigFields.ofTop(source, "");
    ConfigFields node = ConfigFields.ofNested(source, "vision_config");
    top.require("select_layer", "-1");
    boolean layerNorm = layerNorm(node);
    double epsilon = node.real("layer_norm_eps", 1e-6);
    return new Vision(
        node.number("num_hidden_layers"),
        node.number("hidden_size"),
        node.number("intermediate_size"),
        node.number("num_attention_heads"),
        layerNorm,
        epsilon,
        epsilon,
        node.flag("qkv_bias", layerNorm),
        node.flag("qk_normalization", !layerNorm),
        node.activation("hidden_act", Activation.GELU),
        node.number("num_channels", 3),
        node.side("patch_size"),
        node.side("image_size"),
        block(top),
        top.field("ps_version").asText("v1").equals("v1"),
        Activation.GELU);
  }

  private static Vision own(ModelFamily.Source source) {
    ConfigFields top = ConfigFields.ofTop(source, "");
    ConfigFields node = ConfigFields.ofNested(source, "vision_config");
    top.require("vision_feature_layer", "-1");
    top.require("vision_feature_select_strategy", "default");
    node.require("use_mean_pooling", "true");
    node.require("use_absolute_position_embeddings", "true");
    node.require("use_mask_token", "false");
    return new Vision(
        node.number("num_hidden_layers"),
        node.number("hidden_size"),
        node.number("intermediate_size"),
        node.number("num_attention_heads"),
        layerNorm(node),
        node.real("layer_norm_eps", 1e-6),
        1e-6,
        node.flag("attention_bias", false),
        node.flag("use_qk_norm", false),
        node.activation("hidden_act", Activation.GELU),
        node.number("num_channels", 3),
        node.side("patch_size"),
        node.side("image_size"),
        block(top),
        false,
        top.activation("projector_hidden_act", Activation.GELU));
  }

  private static boolean layerNorm(ConfigFields node) {
    String type = node.field("norm_type").asText("layer_norm");
    if (!type.equals("layer_norm") && !type.equals("rms_norm")) {
      throw node.wrong("norm_type", "is '" + type + "'; known are layer_norm and rms_norm");
    }
    return type.equals("layer_norm");
  }

  private static int block(ConfigFields top) {
    double ratio = top.real("downsample_ratio", 0.5);
    int block = (int) Math.round(1 / ratio);
    if (ratio <= 0 || Math.abs(block * ratio - 1) > 1e-9) {
      throw top.wrong("downsample_ratio", "is " + ratio + ", not one over a whole number");
    }
    return block;
  }

  /** Ids of special tokens: the config's where it has them, else the tokenizer's. */
  SpecialTokens tokens(ModelFamily.Source source) {
    AddedTokens added = AddedTokens.of(source.folder());
    ConfigFields top = ConfigFields.ofTop(source, names.own() ? "text_config" : "llm_config");
    Set<Integer> marks = new HashSet<>(added.known(PICTURE_MARKS));
    SpecialTokens tokens =
        SpecialTokens.of(
            top, source.generation(), top.number("image_token_id", added.id(CONTEXT)), marks);
    return tokens.withEnd(added.id("<|im_end|>"));
  }

  Turning turning() {
    int width = text.shape().width();
    return new Turning(width, width, List.of(), Rotary.Pairs.HALVES, base);
  }
}

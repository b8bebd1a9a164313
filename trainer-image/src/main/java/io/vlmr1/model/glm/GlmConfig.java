package io.vlmr1.model.glm;

import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.decoder.ConfigFields;
import io.vlmr1.model.decoder.GridLayout;
import io.vlmr1.model.decoder.SpecialTokens;
import io.vlmr1.model.decoder.TextConfig;
import io.vlmr1.model.decoder.Turning;
import io.vlmr1.model.decoder.WeightFiles;
import io.vlmr1.nn.Heads;
import io.vlmr1.nn.Rotary;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What config.json says of a GLM-4.1V.
 *
 * @param text the language model
 * @param turned share of a head that is turned by its place
 * @param positionSections rotary frequencies for time, height and width
 * @param tokens ids of special tokens
 * @param vision the vision tower
 */
record GlmConfig(
    TextConfig text,
    double turned,
    List<Integer> positionSections,
    SpecialTokens tokens,
    Vision vision) {
  static final String TYPE = "glm4v";

  /**
   * The vision tower and its merger.
   *
   * @param depth blocks
   * @param hidden width
   * @param intermediate width inside the merger
   * @param heads of attention
   * @param bias of the query, key and value product
   * @param outHidden width of what it gives, and of the feed-forward parts
   * @param epsilon of the norms
   * @param patch pixels of a patch's side
   * @param merge patches of a merged token's side
   * @param temporalPatch frames of a patch
   * @param channels colours
   * @param side positions of the table's side
   */
  record Vision(
      int depth,
      int hidden,
      int intermediate,
      int heads,
      boolean bias,
      int outHidden,
      double epsilon,
      int patch,
      int merge,
      int temporalPatch,
      int channels,
      int side) {

    Heads.Shape shape() {
      return new Heads.Shape(heads, heads, hidden / heads);
    }

    GridLayout.Grid grid() {
      return new GridLayout.Grid(hidden / heads, merge, 0);
    }
  }

  static GlmConfig of(ModelFamily.Source source) {
    ConfigFields top = ConfigFields.ofTop(source, "text_config");
    ConfigFields node = ConfigFields.ofNested(source, "vision_config");
    node.require("hidden_act", "silu");
    Set<Integer> marks = new HashSet<>();
    for (String mark :
        List.of(
            "video_token_id",
            "image_start_token_id",
            "image_end_token_id",
            "video_start_token_id",
            "video_end_token_id")) {
      marks.add(top.number(mark, -1));
    }
    return new GlmConfig(
        TextConfig.of(top, WeightFiles.lack(source.folder(), List.of("lm_head.weight"))),
        top.real("partial_rotary_factor", 0.5),
        TextConfig.sections(top),
        SpecialTokens.of(top, source.generation(), top.number("image_token_id"), marks),
        new Vision(
            node.number("depth"),
            node.number("hidden_size"),
            node.number("intermediate_size"),
            node.number("num_heads"),
            node.flag("attention_bias", false),
            node.number("out_hidden_size"),
            node.real("rms_norm_eps", 1e-5),
            node.side("patch_size"),
            node.number("spatial_merge_size", 2),
            node.number("temporal_patch_size", 2),
            node.number("in_channels", 3),
            node.side("image_size") / node.side("patch_size")));
  }

  /** The first part of each head, neighbours against each other. */
  Turning turning() {
    int width = text.shape().width();
    return new Turning(
        width,
        (int) (width * turned),
        positionSections,
        Rotary.Pairs.NEIGHBOURS,
        length -> text.ropeTheta());
  }
}

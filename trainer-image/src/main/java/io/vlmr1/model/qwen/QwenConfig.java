package io.vlmr1.model.qwen;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.model.ModelFamily;
import io.vlmr1.model.decoder.ConfigFields;
import io.vlmr1.model.decoder.GridLayout;
import io.vlmr1.model.decoder.SpecialTokens;
import io.vlmr1.model.decoder.TextConfig;
import io.vlmr1.model.decoder.WeightFiles;
import io.vlmr1.nn.Activation;
import io.vlmr1.nn.Heads;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What config.json says of a Qwen2-VL or Qwen2.5-VL, flat as published or nested under
 * `text_config` as transformers saves it.
 *
 * @param modelType which of the two
 * @param text the language model
 * @param positionSections rotary frequencies for time, height and width
 * @param tokens ids of special tokens
 * @param vision the vision tower
 */
record QwenConfig(
    String modelType,
    TextConfig text,
    List<Integer> positionSections,
    SpecialTokens tokens,
    Vision vision) {
  static final String QWEN2 = "qwen2_vl";
  static final String QWEN2_5 = "qwen2_5_vl";

  /**
   * The vision tower.
   *
   * @param depth blocks
   * @param hidden width
   * @param intermediate width of the feed-forward part
   * @param heads of attention
   * @param outHidden width of what it gives
   * @param patch pixels of a patch's side
   * @param merge patches of a merged token's side
   * @param temporalPatch frames of a patch
   * @param channels colours
   * @param window tokens of a window's side; 0 when all blocks see whole pictures
   * @param fullAttention blocks that see the whole picture
   * @param plain Qwen2-VL's: LayerNorm and two-layer feed-forward parts
   * @param activation of a plain feed-forward part
   */
  record Vision(
      int depth,
      int hidden,
      int intermediate,
      int heads,
      int outHidden,
      int patch,
      int merge,
      int temporalPatch,
      int channels,
      int window,
      Set<Integer> fullAttention,
      boolean plain,
      Activation activation) {

    /** Of all norms. */
    static final double EPSILON = 1e-6;

    Heads.Shape shape() {
      return new Heads.Shape(heads, heads, hidden / heads);
    }

    /** Width of a merged token before the projector. */
    long merged() {
      return (long) hidden * merge * merge;
    }

    GridLayout.Grid grid() {
      return new GridLayout.Grid(hidden / heads, merge, window);
    }
  }

  /** Reads the config of a folder. */
  static QwenConfig of(ModelFamily.Source source) {
    ConfigFields top = ConfigFields.ofTop(source, "text_config");
    String type = source.modelType();
    boolean tied = WeightFiles.lack(source.folder(), QwenWeights.names("lm_head.weight"));
    return new QwenConfig(
        type,
        TextConfig.of(top, tied),
        TextConfig.sections(top),
        SpecialTokens.of(
            top,
            source.generation(),
            top.number("image_token_id"),
            Set.copyOf(
                new TreeSet<>(
                    List.of(
                        top.number("video_token_id", -1),
                        top.number("vision_start_token_id"),
                        top.number("vision_end_token_id", -1))))),
        type.equals(QWEN2)
            ? plain(ConfigFields.ofNested(source, "vision_config"))
            : windowed(ConfigFields.ofNested(source, "vision_config")));
  }

  /** Qwen2.5-VL's. */
  private static Vision windowed(ConfigFields node) {
    node.require("hidden_act", "silu");
    Set<Integer> full = new TreeSet<>();
    JsonNode blocks = node.field("fullatt_block_indexes");
    blocks.forEach(index -> full.add(index.asInt()));
    int patch = node.number("patch_size", 14);
    int merge = node.number("spatial_merge_size", 2);
    return new Vision(
        node.number("depth"),
        node.number("hidden_size"),
        node.number("intermediate_size"),
        node.number("num_heads"),
        node.number("out_hidden_size"),
        patch,
        merge,
        node.number("temporal_patch_size", 2),
        channels(node),
        node.number("window_size", 112) / merge / patch,
        Set.copyOf(full),
        false,
        Activation.GELU);
  }

  /** Qwen2-VL's, where `hidden_size` is the language model's. */
  private static Vision plain(ConfigFields node) {
    int hidden = node.number("embed_dim");
    return new Vision(
        node.number("depth"),
        hidden,
        (int) (hidden * node.real("mlp_ratio", 4)),
        node.number("num_heads"),
        node.number("hidden_size"),
        node.number("patch_size", 14),
        node.number("spatial_merge_size", 2),
        node.number("temporal_patch_size", 2),
        channels(node),
        0,
        Set.of(),
        true,
        node.activation("hidden_act", Activation.QUICK_GELU));
  }

  private static int channels(ConfigFields node) {
    return node.number("in_chans", node.number("in_channels", 3));
  }
}

package io.vlmr1.model.qwen;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.nn.Heads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What config.json says of a Qwen2.5-VL, flat as published or nested under `text_config` as
 * transformers saves it.
 *
 * @param vocabularySize rows of the embedding
 * @param hidden width of the language model
 * @param layers decoder layers
 * @param intermediate width of the feed-forward part
 * @param shape heads of the language model
 * @param epsilon of the language model's norms
 * @param ropeTheta base of the rotary frequencies
 * @param positionSections rotary frequencies for time, height and width
 * @param tied whether the output projection is the embedding
 * @param maxPositions longest sequence
 * @param tokens ids of special tokens
 * @param vision the vision tower
 */
public record QwenConfig(
    int vocabularySize,
    int hidden,
    int layers,
    int intermediate,
    Heads.Shape shape,
    double epsilon,
    double ropeTheta,
    List<Integer> positionSections,
    boolean tied,
    int maxPositions,
    Tokens tokens,
    Vision vision) {

  /**
   * Ids of special tokens.
   *
   * @param image stands for one merged patch
   * @param video as image, for films
   * @param visionStart opens a picture
   * @param visionEnd closes it
   * @param end ends of a completion, from generation_config.json when that names them
   * @param pad fills
   */
  public record Tokens(
      int image, int video, int visionStart, int visionEnd, Set<Integer> end, int pad) {}

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
   * @param window pixels of a window's side
   * @param fullAttention blocks that see the whole picture
   */
  public record Vision(
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
      Set<Integer> fullAttention) {

    /** Of all norms. */
    static final double EPSILON = 1e-6;

    /** Numbers of one patch: 1176 as published. */
    public int patchInputs() {
      return channels * temporalPatch * patch * patch;
    }

    Heads.Shape shape() {
      return new Heads.Shape(heads, heads, hidden / heads);
    }
  }

  /** Reads the config; `generation` may be missing (a null node). */
  public static QwenConfig of(Path folder, JsonNode root, JsonNode generation) {
    Reader top = new Reader(folder, root, root.path("text_config"));
    int hidden = top.number("hidden_size");
    int heads = top.number("num_attention_heads");
    return new QwenConfig(
        top.number("vocab_size"),
        hidden,
        top.number("num_hidden_layers"),
        top.number("intermediate_size"),
        new Heads.Shape(
            heads, top.number("num_key_value_heads"), top.number("head_dim", hidden / heads)),
        top.real("rms_norm_eps", 1e-6),
        top.real("rope_theta", 1e6),
        top.sections(),
        top.field("tie_word_embeddings").asBoolean(false),
        top.number("max_position_embeddings", 32768),
        tokens(top, generation),
        vision(new Reader(folder, root.path("vision_config"), root.path("vision_config"))));
  }

  private static Tokens tokens(Reader top, JsonNode generation) {
    Set<Integer> end = new TreeSet<>();
    JsonNode named =
        generation.hasNonNull("eos_token_id")
            ? generation.get("eos_token_id")
            : top.field("eos_token_id");
    if (named.isArray()) {
      named.forEach(id -> end.add(id.asInt()));
    } else if (named.isNumber()) {
      end.add(named.asInt());
    }
    if (end.isEmpty()) {
      throw top.wrong("eos_token_id", "is missing; completions could never end");
    }
    int first = end.iterator().next();
    int pad =
        generation
            .path("pad_token_id")
            .asInt(top.number("pad_token_id", top.number("bos_token_id", first)));
    return new Tokens(
        top.number("image_token_id"),
        top.number("video_token_id", -1),
        top.number("vision_start_token_id"),
        top.number("vision_end_token_id", -1),
        Set.copyOf(end),
        pad);
  }

  private static Vision vision(Reader node) {
    Set<Integer> full = new TreeSet<>();
    node.field("fullatt_block_indexes").forEach(index -> full.add(index.asInt()));
    return new Vision(
        node.number("depth"),
        node.number("hidden_size"),
        node.number("intermediate_size"),
        node.number("num_heads"),
        node.number("out_hidden_size"),
        node.number("patch_size", 14),
        node.number("spatial_merge_size", 2),
        node.number("temporal_patch_size", 2),
        node.number("in_chans", node.number("in_channels", 3)),
        node.number("window_size", 112),
        Set.copyOf(full));
  }

  /** Fields by name: on top, else nested. */
  private record Reader(Path folder, JsonNode top, JsonNode nested) {
    JsonNode field(String name) {
      return top.hasNonNull(name) ? top.path(name) : nested.path(name);
    }

    int number(String name) {
      JsonNode value = field(name);
      if (!value.isIntegralNumber() || value.asInt() < 0) {
        throw wrong(name, value.isMissingNode() ? "is missing" : "is " + value + ", not a size");
      }
      return value.asInt();
    }

    int number(String name, int otherwise) {
      return field(name).isIntegralNumber() ? number(name) : otherwise;
    }

    double real(String name, double otherwise) {
      return field(name).asDouble(otherwise);
    }

    List<Integer> sections() {
      JsonNode scaling = field("rope_scaling");
      JsonNode named =
          (scaling.isMissingNode() ? field("rope_parameters") : scaling).path("mrope_section");
      if (!named.isArray() || named.size() != 3) {
        throw wrong("rope_scaling.mrope_section", "is not a list of three sizes");
      }
      List<Integer> sections = new ArrayList<>();
      named.forEach(size -> sections.add(size.asInt()));
      return List.copyOf(sections);
    }

    VlmR1Exception wrong(String name, String what) {
      return new VlmR1Exception(
          ExitCode.BAD_MODEL,
          folder.resolve("config.json")
              + ": "
              + name
              + " "
              + what
              + "; take the model's own config.json");
    }
  }
}

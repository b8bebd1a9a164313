package io.vlmr1.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.model.Blueprint;
import io.vlmr1.nn.Heads;
import java.util.ArrayList;
import java.util.List;

/**
 * What all language models' configs say.
 *
 * @param vocabularySize rows of the embedding
 * @param hidden width
 * @param layers of the decoder
 * @param intermediate width of the feed-forward part
 * @param shape heads
 * @param epsilon of the norms
 * @param ropeTheta base of the rotary frequencies
 * @param tied whether the output projection is the embedding
 * @param maxPositions longest sequence
 */
public record TextConfig(
    int vocabularySize,
    int hidden,
    int layers,
    int intermediate,
    Heads.Shape shape,
    double epsilon,
    double ropeTheta,
    boolean tied,
    int maxPositions) {

  /**
   * Reads it.
   *
   * @param tied where the config does not say whether the projection is the embedding
   */
  public static TextConfig of(ConfigFields fields, boolean tied) {
    fields.require("hidden_act", "silu");
    int hidden = fields.number("hidden_size");
    int heads = fields.number("num_attention_heads");
    int keyHeads = fields.number("num_key_value_heads");
    if (heads == 0 || keyHeads == 0 || heads % keyHeads != 0) {
      throw fields.wrong("num_key_value_heads", "does not divide num_attention_heads");
    }
    // a nested config's word counts: it is the one that transformers asks
    boolean ties =
        fields
            .second()
            .path("tie_word_embeddings")
            .asBoolean(fields.flag("tie_word_embeddings", tied));
    return new TextConfig(
        fields.number("vocab_size"),
        hidden,
        fields.number("num_hidden_layers"),
        fields.number("intermediate_size"),
        new Heads.Shape(heads, keyHeads, fields.number("head_dim", hidden / heads)),
        fields.real("rms_norm_eps"),
        fields.field("rope_parameters").has("rope_theta")
            ? fields.field("rope_parameters").get("rope_theta").asDouble()
            : fields.real("rope_theta"),
        ties,
        fields.number("max_position_embeddings", 32768));
  }

  /** As a blueprint has them. */
  public Blueprint.Sizes sizes() {
    return new Blueprint.Sizes(layers, hidden, intermediate, shape);
  }

  /** The same with another way to cut heads. */
  public TextConfig with(Heads.Shape other) {
    return new TextConfig(
        vocabularySize,
        hidden,
        layers,
        intermediate,
        other,
        epsilon,
        ropeTheta,
        tied,
        maxPositions);
  }

  /** Rotary frequencies of time, height and width. */
  public static List<Integer> sections(ConfigFields fields) {
    JsonNode scaling = scaling(fields);
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    if (!type.equals("default") && !type.equals("mrope")) {
      throw fields.wrong("rope_scaling", "is of type " + type + ", which is not supported");
    }
    JsonNode named = scaling.path("mrope_section");
    if (!named.isArray() || named.size() != 3) {
      throw fields.wrong("rope_scaling.mrope_section", "is not a list of three sizes");
    }
    List<Integer> sections = new ArrayList<>();
    named.forEach(size -> sections.add(size.asInt()));
    return List.copyOf(sections);
  }

  /** What the config says of the rotary frequencies, by either name. */
  public static JsonNode scaling(ConfigFields fields) {
    JsonNode scaling = fields.field("rope_scaling");
    return scaling.isMissingNode() ? fields.field("rope_parameters") : scaling;
  }
}

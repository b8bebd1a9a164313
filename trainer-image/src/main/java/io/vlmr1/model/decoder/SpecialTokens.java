package io.vlmr1.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.model.ModelFacts;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Ids of special tokens.
 *
 * @param image stands for a piece of a picture
 * @param neverSampled image and vision tokens
 * @param end ends of a completion
 * @param pad fills
 */
public record SpecialTokens(int image, Set<Integer> neverSampled, Set<Integer> end, int pad) {
  public SpecialTokens {
    neverSampled = Set.copyOf(neverSampled);
    end = Set.copyOf(end);
  }

  /**
   * Reads the ids; those of generation_config.json go before those of config.json.
   *
   * @param image id of the image token
   * @param others ids of other tokens that belong to pictures and films; negative ones are none
   */
  public static SpecialTokens of(
      ConfigFields fields, JsonNode generation, int image, Set<Integer> others) {
    Set<Integer> end = ConfigFields.ids(generation.path("eos_token_id"));
    if (end.isEmpty()) {
      end = fields.ids("eos_token_id");
    }
    if (end.isEmpty()) {
      throw fields.wrong("eos_token_id", "is missing; completions could never end");
    }
    int first = end.iterator().next();
    int pad =
        generation
            .path("pad_token_id")
            .asInt(fields.number("pad_token_id", fields.number("bos_token_id", first)));
    Set<Integer> never =
        others.stream().filter(id -> id >= 0).collect(Collectors.toCollection(TreeSet::new));
    never.add(image);
    return new SpecialTokens(image, never, end, pad);
  }

  /** With one more end of a completion. */
  public SpecialTokens withEnd(int id) {
    Set<Integer> more = new TreeSet<>(end);
    more.add(id);
    return new SpecialTokens(image, neverSampled, more, pad);
  }

  /** What training knows of a model of this type. */
  public ModelFacts facts(String modelType, TextConfig text) {
    return new ModelFacts(
        modelType, text.vocabularySize(), end, pad, neverSampled, text.maxPositions());
  }
}

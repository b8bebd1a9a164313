package io.vlmr1.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer of a model folder, from its `tokenizer.json`. Special tokens are never added: the
 * chat template writes those that a prompt needs. Safe for use by several threads.
 */
public final class Tokenizer implements AutoCloseable {
  /** The defaults of the library cut at 512 tokens and add special tokens. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "addSpecialTokens", "false",
          "truncation", "false",
          "padding", "false",
          "modelMaxLength", "1000000000");

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Integer> addedTokens;
  private final Path file;

  private Tokenizer(HuggingFaceTokenizer tokenizer, Map<String, Integer> addedTokens, Path file) {
    this.tokenizer = tokenizer;
    this.addedTokens = addedTokens;
    this.file = file;
  }

  /**
   * Reads the tokenizer of a model folder.
   *
   * @throws VlmR1Exception BAD_MODEL, naming the file, when `tokenizer.json` is absent or broken
   */
  public static Tokenizer open(Path modelFolder) {
    Path file = modelFolder.resolve("tokenizer.json");
    JsonNode json = ModelJson.read(file);
    Map<String, Integer> added = new LinkedHashMap<>();
    for (JsonNode token : json.path("added_tokens")) {
      added.put(token.path("content").asText(), token.path("id").asInt());
    }
    try {
      return new Tokenizer(HuggingFaceTokenizer.newInstance(file, OPTIONS), added, file);
    } catch (IOException | RuntimeException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          file
              + ": not a tokenizer ("
              + e.getMessage()
              + "); copy the model's tokenizer.json again",
          e);
    }
  }

  /** Token ids of a text; special tokens written in it become their ids, none are added. */
  public int[] encode(String text) {
    long[] ids = tokenizer.encode(text, false, false).getIds();
    int[] result = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      result[i] = Math.toIntExact(ids[i]);
    }
    return result;
  }

  /** The text of ids with special tokens left out, as rewards read it. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /** The text of ids with special tokens written out, as people debugging read it. */
  public String decodeWithSpecial(int[] ids) {
    return decode(ids, false);
  }

  private String decode(int[] ids, boolean skipSpecial) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return tokenizer.decode(wide, skipSpecial);
  }

  /** The id of an added token such as `<|im_end|>`, if the tokenizer has it. */
  public OptionalInt find(String addedToken) {
    Integer id = addedTokens.get(addedToken);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The id of an added token.
   *
   * @throws VlmR1Exception BAD_MODEL when the tokenizer does not have it
   */
  public int id(String addedToken) {
    return find(addedToken)
        .orElseThrow(
            () ->
                new VlmR1Exception(
                    ExitCode.BAD_MODEL,
                    file + ": has no token " + addedToken + "; use the tokenizer of this model"));
  }

  /**
   * The text of an added token's id.
   *
   * @throws VlmR1Exception BAD_MODEL when no added token has it
   */
  public String addedToken(int id) {
    return addedTokens.entrySet().stream()
        .filter(entry -> entry.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new VlmR1Exception(
                    ExitCode.BAD_MODEL,
                    file + ": has no added token with id " + id + ", which config.json names"));
  }

  /** Added tokens (special ones among them) with their ids, in the order of the file. */
  public Map<String, Integer> addedTokens() {
    return Map.copyOf(addedTokens);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

package io.vlmr1.shapes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of the tiny model: bytes, the words of this task, numbers, and added tokens with the
 * names that Qwen uses.
 *
 * @param pairs the BPE part
 * @param added added tokens by name, in the order of their ids, which follow those of the BPE part
 */
record ShapesVocabulary(BytePairs pairs, Map<String, Integer> added) {
  /** Tokens that are never shown to a user; names and order as Qwen's. */
  static final List<String> SPECIAL =
      List.of(
          "<|endoftext|>",
          "<|im_start|>",
          "<|im_end|>",
          "<|object_ref_start|>",
          "<|object_ref_end|>",
          "<|box_start|>",
          "<|box_end|>",
          "<|quad_start|>",
          "<|quad_end|>",
          "<|vision_start|>",
          "<|vision_end|>",
          "<|vision_pad|>",
          "<|image_pad|>",
          "<|video_pad|>");

  /** Parts of every answer: one token each, and text all the same. */
  private static final List<String> SHOWN =
      List.of("<think>", "</think>", "<answer>", "</answer>", "{\"bbox_2d\":");

  private static final String WORDS =
      "system user assistant You Find First Output small large [ ]} ], the are a helpful First output thinking process in"
          + " tags and then final answer Output JSON format of above below left right leftmost rightmost topmost"
          + " lowest shape";

  private static final int NUMBERS = 200;

  /** Words, and numbers up to 199 or the picture's side. */
  static ShapesVocabulary of(int side) {
    BytePairs pairs = new BytePairs();
    for (String word : WORDS.split(" ", -1)) {
      addBoth(pairs, word);
    }
    for (Shape shape : Shape.values()) {
      addBoth(pairs, shape.word());
    }
    for (Paint paint : Paint.values()) {
      addBoth(pairs, paint.word());
    }
    for (int number = 0; number < Math.max(NUMBERS, side + 1); number++) {
      addBoth(pairs, Integer.toString(number));
    }
    Map<String, Integer> added = new LinkedHashMap<>();
    SPECIAL.forEach(token -> added.put(token, pairs.vocabulary().size() + added.size()));
    SHOWN.forEach(token -> added.put(token, pairs.vocabulary().size() + added.size()));
    return new ShapesVocabulary(pairs, added);
  }

  /** With and without a blank before it. */
  private static void addBoth(BytePairs pairs, String word) {
    pairs.add(word);
    pairs.add(" " + word);
  }

  int id(String addedToken) {
    Integer id = added.get(addedToken);
    if (id == null) {
      throw new IllegalArgumentException(addedToken);
    }
    return id;
  }

  /** Rows of the embedding: all tokens, rounded up to whole vector registers. */
  int size() {
    return (pairs.vocabulary().size() + added.size() + 15) / 16 * 16;
  }
}

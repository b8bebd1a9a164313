package io.vlmr1.shapes;

import java.util.List;

/**
 * Sizes of the tiny Qwen2.5-VL; names as in config.json.
 *
 * @param hidden width of the language model
 * @param layers of the language model
 * @param heads query heads; the head size is hidden / heads
 * @param keyValueHeads shared by groups of query heads
 * @param intermediate width of the language model's MLP
 * @param visionHidden width of the vision tower
 * @param visionDepth blocks of the vision tower
 * @param visionHeads heads of the vision tower
 * @param visionIntermediate width of the vision tower's MLP
 * @param tied whether input and output embeddings are one
 * @param initializerRange standard deviation of random weights
 */
public record TinyModel(
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int intermediate,
    int visionHidden,
    int visionDepth,
    int visionHeads,
    int visionIntermediate,
    boolean tied,
    double initializerRange) {

  /**
   * About 600,000 weights; with the usual range of 0.02 so narrow a model hardly starts to learn.
   */
  public static TinyModel standard() {
    return new TinyModel(96, 3, 3, 3, 192, 64, 2, 4, 128, true, 0.08);
  }

  /**
   * Rotary sections (time, height, width) of half a head: as 16, 24, 24 of 64 in the real models.
   */
  List<Integer> ropeSections() {
    int half = hidden / heads / 2;
    int time = half / 4;
    int height = (half - time) / 2;
    return List.of(time, height, half - time - height);
  }

  /** The middle block and the last see the whole picture; the others look through windows. */
  List<Integer> fullAttentionBlocks() {
    return visionDepth < 2
        ? List.of(0)
        : List.of(visionDepth / 2 - 1, visionDepth - 1).stream().distinct().toList();
  }
}

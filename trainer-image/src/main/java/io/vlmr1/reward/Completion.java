package io.vlmr1.reward;

import io.vlmr1.data.Row;
import java.util.List;

/**
 * A completion to be scored.
 *
 * @param text the model's words, special tokens left out
 * @param tokens its length in tokens, end token included
 * @param row where the truth and the other columns stand
 * @param pictures sizes of the row's pictures, in order
 */
public record Completion(String text, int tokens, Row row, List<PictureSize> pictures) {
  public Completion {
    pictures = List.copyOf(pictures);
  }

  /**
   * A picture's two sizes in pixels: as it lies on disk, and as the model saw it.
   *
   * @param width of the original
   * @param height of the original
   * @param inputWidth after resizing
   * @param inputHeight after resizing
   */
  public record PictureSize(int width, int height, int inputWidth, int inputHeight) {}
}

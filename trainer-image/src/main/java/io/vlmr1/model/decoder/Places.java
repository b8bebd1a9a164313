package io.vlmr1.model.decoder;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Where the tokens of a prompt stand.
 *
 * @param axes the place of each token on each axis: one, or time, height and width
 * @param next place of the token behind the last, on all axes
 */
public record Places(List<int[]> axes, int next) {
  public Places {
    axes = List.copyOf(axes);
  }

  /**
   * One axis, on which every token counts.
   *
   * @param tokens how many image tokens a picture needs
   * @throws IllegalArgumentException when the prompt's image tokens do not match its images
   */
  public static Places inLine(
      PreparedPrompt prompt, int imageToken, ToIntFunction<PreparedImage> tokens) {
    walk(prompt, imageToken, tokens, (image, start) -> {});
    int length = prompt.ids().length;
    return new Places(List.of(IntStream.range(0, length).toArray()), length);
  }

  /**
   * Multimodal rotary positions (Qwen2-VL, arXiv 2409.12191): each token has a place in time,
   * height and width. Text counts all three alike; a picture's tokens keep the time and count rows
   * and columns; text goes on behind the largest.
   *
   * @param merge patches of a token's side
   * @throws IllegalArgumentException when the prompt's image tokens do not match its images
   */
  public static Places onGrid(PreparedPrompt prompt, int imageToken, int merge) {
    int length = prompt.ids().length;
    int[] time = new int[length];
    int[] height = new int[length];
    int[] width = new int[length];
    int[] at = {0, 0}; // token, next place
    walk(
        prompt,
        imageToken,
        image -> image.patchCount() / (merge * merge),
        (image, start) -> {
          while (at[0] < start) {
            time[at[0]] = height[at[0]] = width[at[0]++] = at[1]++;
          }
          int rows = image.gridHeight() / merge;
          int columns = image.gridWidth() / merge;
          for (int k = 0; k < image.gridTime() * rows * columns; k++, at[0]++) {
            time[at[0]] = at[1] + k / (rows * columns);
            height[at[0]] = at[1] + k / columns % rows;
            width[at[0]] = at[1] + k % columns;
          }
          at[1] += Math.max(image.gridTime(), Math.max(rows, columns));
        });
    while (at[0] < length) {
      time[at[0]] = height[at[0]] = width[at[0]++] = at[1]++;
    }
    return new Places(List.of(time, height, width), at[1]);
  }

  private interface Visitor {
    void image(PreparedImage image, int start);
  }

  /** Visits the pictures of a prompt with the place of their first token. */
  private static void walk(
      PreparedPrompt prompt, int imageToken, ToIntFunction<PreparedImage> tokens, Visitor visitor) {
    int[] ids = prompt.ids();
    int image = 0;
    for (int i = 0; i < ids.length; ) {
      if (ids[i] != imageToken) {
        i++;
        continue;
      }
      if (image == prompt.images().size()) {
        throw new IllegalArgumentException(
            "the prompt has image tokens for more than its " + image + " images");
      }
      PreparedImage picture = prompt.images().get(image++);
      int needed = tokens.applyAsInt(picture);
      for (int k = 0; k < needed; k++) {
        if (i + k >= ids.length || ids[i + k] != imageToken) {
          throw new IllegalArgumentException(
              "image " + image + " needs " + needed + " image tokens in a row and finds " + k);
        }
      }
      visitor.image(picture, i);
      i += needed;
    }
    if (image != prompt.images().size()) {
      throw new IllegalArgumentException(
          "the prompt has image tokens for "
              + image
              + " of its "
              + prompt.images().size()
              + " images");
    }
  }
}

package io.vlmr1.model.qwen;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.nn.Rotary;
import java.util.List;

/**
 * Multimodal rotary positions (Qwen2-VL, arXiv 2409.12191): each token has a place in time, height
 * and width. Text counts all three alike; a picture's tokens keep the time and count rows and
 * columns; text goes on behind the largest.
 *
 * @param time place on the first axis of each token
 * @param height on the second
 * @param width on the third
 * @param next place of the token behind the last, on all axes
 */
public record QwenPositions(int[] time, int[] height, int[] width, int next) {

  /**
   * Positions of a prompt.
   *
   * @throws IllegalArgumentException when its image tokens do not match its images
   */
  public static QwenPositions of(PreparedPrompt prompt, QwenConfig config) {
    int[] ids = prompt.ids();
    int[] time = new int[ids.length];
    int[] height = new int[ids.length];
    int[] width = new int[ids.length];
    int merge = config.vision().merge();
    int next = 0;
    int image = 0;
    for (int i = 0; i < ids.length; ) {
      if (ids[i] != config.tokens().image()) {
        time[i] = height[i] = width[i] = next++;
        i++;
        continue;
      }
      if (image == prompt.images().size()) {
        throw new IllegalArgumentException(
            "the prompt has image tokens for more than its " + image + " images");
      }
      PreparedImage picture = prompt.images().get(image++);
      int rows = picture.gridHeight() / merge;
      int columns = picture.gridWidth() / merge;
      int tokens = picture.gridTime() * rows * columns;
      for (int k = 0; k < tokens; k++, i++) {
        if (i >= ids.length || ids[i] != config.tokens().image()) {
          throw new IllegalArgumentException(
              "image " + image + " needs " + tokens + " image tokens in a row and finds " + k);
        }
        time[i] = next + k / (rows * columns);
        height[i] = next + k / columns % rows;
        width[i] = next + k % columns;
      }
      next += Math.max(picture.gridTime(), Math.max(rows, columns));
    }
    if (image != prompt.images().size()) {
      throw new IllegalArgumentException(
          "the prompt has image tokens for "
              + image
              + " of its "
              + prompt.images().size()
              + " images");
    }
    return new QwenPositions(time, height, width, next);
  }

  /**
   * Angles of the prompts' rows, then of the completions' rows: see {@link io.vlmr1.model.Pack}.
   */
  static Rotary.Angles angles(
      QwenConfig config, List<QwenPositions> prompts, List<int[]> completionStartsAndLengths) {
    float[] frequencies = Rotary.inverseFrequencies(config.shape().width(), config.ropeTheta());
    int rows = prompts.stream().mapToInt(prompt -> prompt.time().length).sum();
    rows += completionStartsAndLengths.stream().mapToInt(pair -> pair[1]).sum();
    float[] half = new float[rows * frequencies.length];
    int[] axis = axes(config, frequencies.length);
    int row = 0;
    for (QwenPositions prompt : prompts) {
      for (int i = 0; i < prompt.time().length; i++, row++) {
        int[] place = {prompt.time()[i], prompt.height()[i], prompt.width()[i]};
        for (int j = 0; j < frequencies.length; j++) {
          half[row * frequencies.length + j] = place[axis[j]] * frequencies[j];
        }
      }
    }
    for (int[] pair : completionStartsAndLengths) {
      for (int i = 0; i < pair[1]; i++, row++) {
        for (int j = 0; j < frequencies.length; j++) {
          half[row * frequencies.length + j] = (pair[0] + i) * frequencies[j];
        }
      }
    }
    return Rotary.angles(half, rows);
  }

  private static int[] axes(QwenConfig config, int half) {
    int[] axis = new int[half];
    int j = 0;
    for (int section = 0; section < config.positionSections().size(); section++) {
      for (int k = 0; k < config.positionSections().get(section) && j < half; k++) {
        axis[j++] = section;
      }
    }
    return axis;
  }
}

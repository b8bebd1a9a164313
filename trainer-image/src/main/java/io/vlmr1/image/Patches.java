package io.vlmr1.image;

import java.util.List;

/**
 * A picture cut into the rows that a vision tower takes.
 *
 * @param values [gridHeight × gridWidth, channels × frames × side × side], one patch after the
 *     other, patches in merge order: block rows, block columns, rows in the block, columns in the
 *     block
 * @param gridHeight rows of patches
 * @param gridWidth columns of patches
 */
public record Patches(float[] values, int gridHeight, int gridWidth) {
  private static final int CHANNELS = 3;

  /**
   * How a picture is cut and normalised.
   *
   * @param side of a patch in pixels
   * @param merge side of a block of patches that become one token
   * @param frames copies of a still picture
   * @param rescale factor on the 8-bit levels, 1/255
   * @param mean subtracted, by channel
   * @param deviation divided by, by channel
   */
  public record Recipe(
      int side, int merge, int frames, double rescale, List<Double> mean, List<Double> deviation) {
    public Recipe {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }

    /** Values of one patch. */
    public int width() {
      return CHANNELS * frames * side * side;
    }

    /** The normalised value of each 8-bit level, computed in float32 as numpy does: [3][256]. */
    private float[][] levels() {
      float[][] levels = new float[CHANNELS][256];
      for (int channel = 0; channel < CHANNELS; channel++) {
        float shift = mean.get(channel).floatValue();
        float scale = deviation.get(channel).floatValue();
        for (int level = 0; level < 256; level++) {
          levels[channel][level] = ((float) (level * rescale) - shift) / scale;
        }
      }
      return levels;
    }
  }

  /**
   * Cuts a picture whose sides are multiples of side × merge. Layout: transformers'
   * Qwen2VLImageProcessor, (t, frames, c, h/m, m, side, w/m, m, side) transposed by (0, 3, 6, 4, 7,
   * 2, 1, 5, 8).
   *
   * @throws IllegalArgumentException when a side is no such multiple
   */
  public static Patches of(DecodedImage image, Recipe recipe) {
    int block = recipe.side * recipe.merge;
    if (image.width() % block != 0 || image.height() % block != 0) {
      throw new IllegalArgumentException(
          image.width() + "x" + image.height() + " pixels do not divide into blocks of " + block);
    }
    int gridHeight = image.height() / recipe.side;
    int gridWidth = image.width() / recipe.side;
    float[] values = new float[gridHeight * gridWidth * recipe.width()];
    float[][] levels = recipe.levels();
    int at = 0;
    for (int blockTop = 0; blockTop < image.height(); blockTop += block) {
      for (int blockLeft = 0; blockLeft < image.width(); blockLeft += block) {
        for (int patch = 0; patch < recipe.merge * recipe.merge; patch++) {
          int top = blockTop + patch / recipe.merge * recipe.side;
          int left = blockLeft + patch % recipe.merge * recipe.side;
          at = copy(image, top, left, recipe, levels, new Target(values, at));
        }
      }
    }
    return new Patches(values, gridHeight, gridWidth);
  }

  private record Target(float[] values, int at) {}

  private static int copy(
      DecodedImage image, int top, int left, Recipe recipe, float[][] levels, Target target) {
    float[] values = target.values;
    int at = target.at;
    int side = recipe.side;
    for (int channel = 0; channel < CHANNELS; channel++) {
      int frameStart = at;
      for (int y = 0; y < side; y++) {
        int pixel = ((top + y) * image.width() + left) * CHANNELS + channel;
        for (int x = 0; x < side; x++, pixel += CHANNELS) {
          values[at++] = levels[channel][image.rgb()[pixel] & 0xff];
        }
      }
      for (int frame = 1; frame < recipe.frames; frame++, at += side * side) {
        System.arraycopy(values, frameStart, values, at, side * side);
      }
    }
    return at;
  }
}

package io.vlmr1.image;

/**
 * The size to which Qwen's and GLM's preprocessing brings a picture: multiples of the factor, area
 * within limits, proportions nearly kept. Formulas: `smart_resize` of transformers 4.57.
 *
 * @param factor patch side × spatial merge; 28 pixels
 * @param minPixels smallest area, of all frames
 * @param maxPixels largest area, of all frames
 * @param frames that a still picture counts as: 1 for Qwen, 2 for GLM
 * @param smallestSide pictures with a smaller one are refused; 0 for none
 */
public record SmartResize(
    int factor, long minPixels, long maxPixels, int frames, int smallestSide) {

  /** As Qwen has it. */
  public SmartResize(int factor, long minPixels, long maxPixels) {
    this(factor, minPixels, maxPixels, 1, 0);
  }

  private static final int LONGEST_TO_SHORTEST = 200;

  /** A size in pixels. */
  public record Size(int width, int height) {}

  /**
   * Refuses pictures that are next to nothing in one direction.
   *
   * @throws IllegalArgumentException when one side is more than 200 times the other
   */
  public static void requireProportions(int width, int height) {
    if (Math.max(width, height) > (long) LONGEST_TO_SHORTEST * Math.min(width, height)) {
      throw new IllegalArgumentException(
          "picture of "
              + width
              + "x"
              + height
              + " pixels: one side is more than 200 times the other; crop it");
    }
  }

  /**
   * The size for a picture.
   *
   * @throws IllegalArgumentException when one side is more than 200 times the other, or too small
   */
  public Size of(int width, int height) {
    if (Math.min(width, height) < smallestSide) {
      throw new IllegalArgumentException(
          "picture of %dx%d pixels: a side is below %d; enlarge it"
              .formatted(width, height, smallestSide));
    }
    requireProportions(width, height);
    // Math.rint rounds halves to even, as Python's round does
    long roundedHeight = (long) Math.rint((double) height / factor) * factor;
    long roundedWidth = (long) Math.rint((double) width / factor) * factor;
    if (frames * roundedHeight * roundedWidth > maxPixels) {
      double beta = Math.sqrt((double) ((long) frames * height * width) / maxPixels);
      roundedHeight = Math.max(factor, (long) Math.floor(height / beta / factor) * factor);
      roundedWidth = Math.max(factor, (long) Math.floor(width / beta / factor) * factor);
    } else if (frames * roundedHeight * roundedWidth < minPixels) {
      double beta = Math.sqrt((double) minPixels / ((long) frames * height * width));
      roundedHeight = (long) Math.ceil(height * beta / factor) * factor;
      roundedWidth = (long) Math.ceil(width * beta / factor) * factor;
    }
    return new Size(Math.toIntExact(roundedWidth), Math.toIntExact(roundedHeight));
  }
}

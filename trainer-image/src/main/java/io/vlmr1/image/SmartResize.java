package io.vlmr1.image;

/**
 * The size to which Qwen's preprocessing brings a picture: multiples of the factor, area within
 * limits, proportions nearly kept. Formula: `smart_resize` of transformers 4.57.
 *
 * @param factor patch side × spatial merge; 28 pixels for Qwen
 * @param minPixels smallest area
 * @param maxPixels largest area
 */
public record SmartResize(int factor, long minPixels, long maxPixels) {
  private static final int LONGEST_TO_SHORTEST = 200;

  /** A size in pixels. */
  public record Size(int width, int height) {}

  /**
   * The size for a picture.
   *
   * @throws IllegalArgumentException when one side is more than 200 times the other
   */
  public Size of(int width, int height) {
    if (Math.max(width, height) > (long) LONGEST_TO_SHORTEST * Math.min(width, height)) {
      throw new IllegalArgumentException(
          "picture of "
              + width
              + "x"
              + height
              + " pixels: one side is more than 200 times the other; crop it");
    }
    // Math.rint rounds halves to even, as Python's round does
    long roundedHeight = (long) Math.rint((double) height / factor) * factor;
    long roundedWidth = (long) Math.rint((double) width / factor) * factor;
    if (roundedHeight * roundedWidth > maxPixels) {
      double beta = Math.sqrt((double) ((long) height * width) / maxPixels);
      roundedHeight = Math.max(factor, (long) Math.floor(height / beta / factor) * factor);
      roundedWidth = Math.max(factor, (long) Math.floor(width / beta / factor) * factor);
    } else if (roundedHeight * roundedWidth < minPixels) {
      double beta = Math.sqrt((double) minPixels / ((long) height * width));
      roundedHeight = (long) Math.ceil(height * beta / factor) * factor;
      roundedWidth = (long) Math.ceil(width * beta / factor) * factor;
    }
    return new Size(Math.toIntExact(roundedWidth), Math.toIntExact(roundedHeight));
  }
}

package io.vlmr1.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/**
 * Stored samples to 8-bit RGB without colour management: gray is repeated, 16 bits lose their lower
 * 8, what shines through is white. Java's own getRGB would shift the gamma of gray pictures.
 */
final class Pixels {
  private static final int WHITE = 255;

  private Pixels() {}

  static DecodedImage rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    boolean samples =
        image.getColorModel() instanceof ComponentColorModel
            && (isGray(image.getColorModel()) || image.getRaster().getNumBands() >= 3);
    for (int y = 0; y < height; y++) {
      if (samples) {
        fromSamples(image, y, rgb);
      } else {
        fromColors(image, y, rgb);
      }
    }
    return new DecodedImage(rgb, width, height);
  }

  private static void fromSamples(BufferedImage image, int y, byte[] rgb) {
    Raster raster = image.getRaster();
    ColorModel colors = image.getColorModel();
    int width = image.getWidth();
    int bands = raster.getNumBands();
    int[] row = raster.getPixels(0, y, width, 1, (int[]) null);
    int shift = Math.max(0, colors.getComponentSize(0) - 8);
    boolean gray = isGray(colors);
    boolean alpha = colors.hasAlpha();
    int at = y * width * 3;
    for (int x = 0; x < width; x++) {
      int from = x * bands;
      int opacity = alpha ? row[from + bands - 1] >> shift : WHITE;
      for (int channel = 0; channel < 3; channel++) {
        rgb[at++] = overWhite(row[from + (gray ? 0 : channel)] >> shift, opacity);
      }
    }
  }

  private static void fromColors(BufferedImage image, int y, byte[] rgb) {
    int width = image.getWidth();
    boolean alpha = image.getColorModel().hasAlpha();
    int[] row = image.getRGB(0, y, width, 1, null, 0, width);
    int at = y * width * 3;
    for (int color : row) {
      int opacity = alpha ? color >>> 24 : WHITE;
      rgb[at++] = overWhite(color >> 16 & 0xff, opacity);
      rgb[at++] = overWhite(color >> 8 & 0xff, opacity);
      rgb[at++] = overWhite(color & 0xff, opacity);
    }
  }

  private static byte overWhite(int level, int opacity) {
    return (byte) ((level * opacity + WHITE * (255 - opacity) + 127) / 255);
  }

  private static boolean isGray(ColorModel colors) {
    return colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }
}

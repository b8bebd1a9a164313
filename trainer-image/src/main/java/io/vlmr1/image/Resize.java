package io.vlmr1.image;

import java.util.Arrays;

/**
 * Resizing with antialiasing in 8 bits: the arithmetic of Pillow up to version 12 (`Resample.c`:
 * coefficients with 22 fractional bits, horizontal pass first), which the models' reference
 * preprocessing uses; results are equal bit for bit.
 */
public final class Resize {
  private static final int CHANNELS = 3;
  private static final int FRACTION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  /** How neighbours are weighed. */
  public enum Filter {
    /** Cubic convolution with a = −0.5, over 2 pixels to each side. */
    BICUBIC(2) {
      @Override
      double weight(double distance) {
        double x = Math.abs(distance);
        if (x < 1) {
          return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
      }
    },
    /** Windowed sinc over 3 pixels to each side. */
    LANCZOS(3) {
      @Override
      double weight(double distance) {
        return distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
      }
    };

    private final double support;

    Filter(double support) {
      this.support = support;
    }

    abstract double weight(double distance);

    private static double sinc(double x) {
      return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
  }

  private Resize() {}

  /** The picture in another size; the picture itself when it has that size. */
  public static DecodedImage to(DecodedImage image, int width, int height, Filter filter) {
    byte[] pixels = image.rgb();
    if (width != image.width()) {
      pixels =
          horizontally(pixels, image.width(), image.height(), taps(image.width(), width, filter));
    }
    if (height != image.height()) {
      pixels = vertically(pixels, width, taps(image.height(), height, filter));
    }
    return new DecodedImage(pixels, width, height);
  }

  /**
   * A picture with a side below the minimum, enlarged so that the smaller side has it, as VLM-R1
   * does before the model's own preprocessing; any other picture as it is.
   */
  public static DecodedImage atLeast(DecodedImage image, int minimum) {
    SmartResize.Size size = atLeast(new SmartResize.Size(image.width(), image.height()), minimum);
    return to(image, size.width(), size.height(), Filter.LANCZOS);
  }

  /** The size that {@link #atLeast(DecodedImage, int)} gives to a picture. */
  public static SmartResize.Size atLeast(SmartResize.Size size, int minimum) {
    int width = size.width();
    int height = size.height();
    if (width >= minimum && height >= minimum) {
      return size;
    }
    return width < height
        ? new SmartResize.Size(minimum, (int) (height * ((double) minimum / width)))
        : new SmartResize.Size((int) (width * ((double) minimum / height)), minimum);
  }

  /**
   * For each output pixel: where its neighbours begin, and their weights.
   *
   * @param from first input pixel of each output pixel
   * @param weights of consecutive input pixels, with 22 fractional bits
   */
  private record Taps(int[] from, int[][] weights) {}

  private static Taps taps(int inputSize, int outputSize, Filter filter) {
    double scale = (double) inputSize / outputSize;
    double filterScale = Math.max(scale, 1);
    double support = filter.support * filterScale;
    int[] from = new int[outputSize];
    int[][] weights = new int[outputSize][];
    for (int out = 0; out < outputSize; out++) {
      double center = (out + 0.5) * scale;
      from[out] = Math.max((int) (center - support + 0.5), 0);
      int count = Math.min((int) (center + support + 0.5), inputSize) - from[out];
      double[] exact = new double[count];
      double sum = 0;
      for (int i = 0; i < count; i++) {
        exact[i] = filter.weight((i + from[out] - center + 0.5) * (1 / filterScale));
        sum += exact[i];
      }
      weights[out] = new int[count];
      for (int i = 0; i < count; i++) {
        double share = sum == 0 ? exact[i] : exact[i] / sum;
        weights[out][i] = (int) (share * (1 << FRACTION_BITS) + (share < 0 ? -0.5 : 0.5));
      }
    }
    return new Taps(from, weights);
  }

  private static byte[] horizontally(byte[] pixels, int width, int height, Taps taps) {
    int newWidth = taps.from.length;
    byte[] result = new byte[height * newWidth * CHANNELS];
    for (int y = 0; y < height; y++) {
      int row = y * width * CHANNELS;
      int out = y * newWidth * CHANNELS;
      for (int x = 0; x < newWidth; x++) {
        int[] weights = taps.weights[x];
        int at = row + taps.from[x] * CHANNELS;
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int weight : weights) {
          red += (pixels[at] & 0xff) * weight;
          green += (pixels[at + 1] & 0xff) * weight;
          blue += (pixels[at + 2] & 0xff) * weight;
          at += CHANNELS;
        }
        result[out++] = clip(red);
        result[out++] = clip(green);
        result[out++] = clip(blue);
      }
    }
    return result;
  }

  private static byte[] vertically(byte[] pixels, int width, Taps taps) {
    int rowBytes = width * CHANNELS;
    byte[] result = new byte[taps.from.length * rowBytes];
    int[] sums = new int[rowBytes];
    for (int y = 0; y < taps.from.length; y++) {
      Arrays.fill(sums, HALF);
      int at = taps.from[y] * rowBytes;
      for (int weight : taps.weights[y]) {
        for (int x = 0; x < rowBytes; x++) {
          sums[x] += (pixels[at + x] & 0xff) * weight;
        }
        at += rowBytes;
      }
      for (int x = 0; x < rowBytes; x++) {
        result[y * rowBytes + x] = clip(sums[x]);
      }
    }
    return result;
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}

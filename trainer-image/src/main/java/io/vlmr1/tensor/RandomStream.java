package io.vlmr1.tensor;

/**
 * Random numbers by coordinates instead of by state: the same place in a training always draws the
 * same number, on whatever rank and after whatever restart. The mixing function is the finaliser of
 * SplitMix64 (Steele et al. 2014).
 */
public final class RandomStream {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private RandomStream() {}

  /** 64 well-mixed bits of these coordinates; their order matters. */
  public static long bits(long... coordinates) {
    long state = GOLDEN;
    for (long coordinate : coordinates) {
      state = mix((state + GOLDEN) ^ mix(coordinate + GOLDEN));
    }
    return state;
  }

  /** A uniform number in [0, 1) with 53 bits. */
  public static double uniform(long... coordinates) {
    return (bits(coordinates) >>> 11) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

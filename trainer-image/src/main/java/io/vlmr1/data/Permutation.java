package io.vlmr1.data;

/**
 * A random order of the numbers 0 to n − 1 that is never stored: where each number goes is computed
 * alone, so that training goes on at any place at once. A Feistel network of four rounds over the
 * next power of four, walked until it falls below n.
 */
final class Permutation {
  private static final int ROUNDS = 4;

  private final int n;
  private final int halfBits;
  private final long mask;
  private final long key;

  Permutation(int n, long seed, long epoch) {
    this.n = n;
    int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(Math.max(1L, n - 1L)));
    this.halfBits = (bits + 1) / 2;
    this.mask = (1L << halfBits) - 1;
    this.key = mix(mix(seed) + epoch);
  }

  /** The number at a place; places are 0 to n − 1. */
  int at(int place) {
    long value = place;
    do {
      value = network(value);
    } while (value >= n);
    return (int) value;
  }

  private long network(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long turned = left ^ (mix(key + right * ROUNDS + round) & mask);
      left = right;
      right = turned;
    }
    return left << halfBits | right;
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

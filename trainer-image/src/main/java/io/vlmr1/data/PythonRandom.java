package io.vlmr1.data;

/**
 * Python's random module for whole seeds (Mersenne Twister, MT19937), as far as shuffling needs it:
 * evaluation sets and `random:N` samples are chosen as VLM-R1 chooses them.
 */
public final class PythonRandom {
  private static final int SIZE = 624;
  private static final int MIDDLE = 397;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /** As `random.seed(seed)`. */
  public PythonRandom(long seed) {
    long magnitude = Math.abs(seed);
    int[] key =
        magnitude >>> 32 == 0
            ? new int[] {(int) magnitude}
            : new int[] {(int) magnitude, (int) (magnitude >>> 32)};
    seedBy(19650218);
    int i = 1;
    int j = 0;
    for (int round = Math.max(SIZE, key.length); round > 0; round--) {
      state[i] = (state[i] ^ (mixed(i) * 1664525)) + key[j] + j;
      i = advance(i);
      j = (j + 1) % key.length;
    }
    for (int round = SIZE - 1; round > 0; round--) {
      state[i] = (state[i] ^ (mixed(i) * 1566083941)) - i;
      i = advance(i);
    }
    state[0] = 0x80000000;
  }

  /** As `random.shuffle(order)`. */
  public void shuffle(int[] order) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }

  /** The numbers 0 to n − 1 in an order drawn next. */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    shuffle(order);
    return order;
  }

  /** As `random._randbelow(n)` for n of 1 to 2^31 − 1. */
  private int below(int n) {
    int bits = 32 - Integer.numberOfLeadingZeros(n);
    int drawn;
    do {
      drawn = next32() >>> (32 - bits);
    } while (Integer.compareUnsigned(drawn, n) >= 0);
    return drawn;
  }

  private int next32() {
    if (next == SIZE) {
      twist();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      int twisted = (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
      state[i] = state[(i + MIDDLE) % SIZE] ^ twisted;
    }
    next = 0;
  }

  private void seedBy(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = mixed(i) * 1812433253 + i;
    }
  }

  private int mixed(int i) {
    return state[i - 1] ^ (state[i - 1] >>> 30);
  }

  private int advance(int i) {
    if (i + 1 < SIZE) {
      return i + 1;
    }
    state[0] = state[SIZE - 1];
    return 1;
  }
}

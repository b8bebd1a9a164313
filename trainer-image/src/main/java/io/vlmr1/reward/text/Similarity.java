package io.vlmr1.reward.text;

/** How alike two texts are. */
public final class Similarity {
  private Similarity() {}

  /**
   * 1 − (insertions + deletions) / (sum of lengths), in code points; two empty texts are equal.
   * Source: `Levenshtein.ratio`.
   */
  public static double ratio(String one, String other) {
    int[] first = one.codePoints().toArray();
    int[] second = other.codePoints().toArray();
    int sum = first.length + second.length;
    if (sum == 0) {
      return 1;
    }
    int changes = sum - 2 * longestCommon(first, second);
    return 1 - (double) changes / sum;
  }

  /** Length of the longest common subsequence. */
  private static int longestCommon(int[] first, int[] second) {
    int[] above = new int[second.length + 1];
    int[] row = new int[second.length + 1];
    for (int letter : first) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("given up, the time was over");
      }
      for (int j = 0; j < second.length; j++) {
        row[j + 1] = letter == second[j] ? above[j] + 1 : Math.max(above[j + 1], row[j]);
      }
      int[] kept = above;
      above = row;
      row = kept;
    }
    return above[second.length];
  }
}

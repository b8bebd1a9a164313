package io.vlmr1.grpo;

import java.util.Map;

/**
 * The loss and the sums behind its metrics; they add up over micro-batches and ranks.
 *
 * <p>kl, entropy and clip ratios are means over tokens; clip ratios at sequence level are means
 * over completions.
 */
public final class LossSums {
  private static final int LOSS = 0;
  private static final int KL = 1;
  private static final int ENTROPY = 2;
  private static final int LOW = 3;
  private static final int HIGH = 4;
  private static final int RATIOS = 5;
  private static final int TOKENS = 6;
  private static final int SIZE = 7;
  private final double[] sums;

  /** Nothing yet. */
  public LossSums() {
    this(new double[SIZE]);
  }

  private LossSums(double[] sums) {
    this.sums = sums;
  }

  /** From {@link #toArray()} of some rank or of their sum. */
  public static LossSums of(double[] sums) {
    return new LossSums(sums.clone());
  }

  /** The sums as numbers that may be added position by position. */
  public double[] toArray() {
    return sums.clone();
  }

  /** Takes another part in. */
  public void add(LossSums other) {
    for (int i = 0; i < SIZE; i++) {
      sums[i] += other.sums[i];
    }
  }

  void addToken(double loss, double entropy) {
    sums[LOSS] += loss;
    sums[ENTROPY] += entropy;
  }

  void addPenalty(double kl, double weight) {
    sums[KL] += kl;
    sums[LOSS] += weight * kl;
  }

  void addClip(boolean low, boolean high) {
    sums[LOW] += low ? 1 : 0;
    sums[HIGH] += high ? 1 : 0;
  }

  void endRow(int tokens, boolean oneRatio) {
    sums[TOKENS] += tokens;
    sums[RATIOS] += oneRatio ? 1 : tokens;
  }

  /** The loss of all that was added. */
  public double loss() {
    return sums[LOSS];
  }

  /** Tokens that took part. */
  public long tokens() {
    return (long) sums[TOKENS];
  }

  /**
   * Metrics under their published names.
   *
   * @param withReference whether there is a KL to report
   */
  public void write(Map<String, Double> metrics, boolean withReference) {
    double tokens = Math.max(sums[TOKENS], 1);
    double ratios = Math.max(sums[RATIOS], 1);
    metrics.put("loss", sums[LOSS]);
    if (withReference) {
      metrics.put("kl", sums[KL] / tokens);
    }
    metrics.put("entropy", sums[ENTROPY] / tokens);
    metrics.put("clip_ratio/low_mean", sums[LOW] / ratios);
    metrics.put("clip_ratio/high_mean", sums[HIGH] / ratios);
    metrics.put("clip_ratio/region_mean", (sums[LOW] + sums[HIGH]) / ratios);
  }
}

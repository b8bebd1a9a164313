package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.GrpoSpec.ScaleRewards;
import java.util.List;
import java.util.Map;

/**
 * How much better each completion is than its group: A = (r - mean) / (std + 1e-4), std with ddof
 * 1.
 *
 * @param values one a completion; 0 where no reward applied
 * @param totals weighted sum of the rewards; NaN where none applied
 * @param rewardStd mean of the groups' standard deviations, or that of the batch when it divides
 * @param fractionZeroStd share of completions whose group (or batch) has equal rewards: they teach
 *     nothing
 */
public record Advantages(
    double[] values, double[] totals, double rewardStd, double fractionZeroStd) {

  private static final double EPSILON = 1e-4;
  private static final double EQUAL = 1e-8;

  /**
   * The advantages of a whole global batch.
   *
   * @param rewards [completions][functions]; NaN = the function does not apply to the row
   * @param weights [functions]
   * @param generations completions a group, at least 2; groups lie one after the other
   */
  public static Advantages of(
      double[][] rewards, double[] weights, int generations, ScaleRewards scale) {
    double[] totals = new double[rewards.length];
    for (int i = 0; i < rewards.length; i++) {
      totals[i] = total(rewards[i], weights);
    }
    Moments batch = Moments.of(totals, 0, totals.length);
    double[] values = new double[totals.length];
    double spread = 0;
    int still = 0;
    int groups = totals.length / generations;
    for (int group = 0; group < groups; group++) {
      int from = group * generations;
      Moments own = Moments.of(totals, from, from + generations);
      double std = scale == ScaleRewards.BATCH ? batch.std() : own.std();
      double divisor = scale == ScaleRewards.NONE ? 1 : std + EPSILON;
      for (int i = from; i < from + generations; i++) {
        values[i] = Double.isNaN(totals[i]) ? 0 : (totals[i] - own.mean()) / divisor;
      }
      spread += std;
      still += std < EQUAL ? 1 : 0;
    }
    return new Advantages(values, totals, spread / groups, (double) still / groups);
  }

  /**
   * Which groups have equal rewards, so that they teach nothing: [groups].
   *
   * @param rewards [completions][functions], as in {@link #of}
   */
  static boolean[] still(double[][] rewards, double[] weights, int generations) {
    boolean[] still = new boolean[rewards.length / generations];
    for (int group = 0; group < still.length; group++) {
      double[] totals = new double[generations];
      for (int i = 0; i < generations; i++) {
        totals[i] = total(rewards[group * generations + i], weights);
      }
      still[group] = Moments.of(totals, 0, generations).std() < EQUAL;
    }
    return still;
  }

  private static double total(double[] rewards, double[] weights) {
    double sum = 0;
    boolean any = false;
    for (int k = 0; k < rewards.length; k++) {
      if (!Double.isNaN(rewards[k])) {
        sum += weights[k] * rewards[k];
        any = true;
      }
    }
    return any ? sum : Double.NaN;
  }

  /** Mean of the totals over the completions that have one. */
  public double reward() {
    return Moments.of(totals, 0, totals.length).mean();
  }

  /** Adds the metrics of rewards under their published names. */
  public void write(Map<String, Double> metrics, double[][] rewards, List<String> names) {
    metrics.put("reward", reward());
    metrics.put("reward_std", rewardStd);
    metrics.put("frac_reward_zero_std", fractionZeroStd);
    for (int k = 0; k < names.size(); k++) {
      double[] column = new double[rewards.length];
      for (int i = 0; i < rewards.length; i++) {
        column[i] = rewards[i][k];
      }
      Moments moments = Moments.of(column, 0, column.length);
      metrics.put("rewards/" + names.get(k) + "/mean", moments.mean());
      metrics.put("rewards/" + names.get(k) + "/std", moments.std());
    }
  }

  /** Mean and standard deviation (ddof 1) of what is not NaN; 0 where there is too little. */
  private record Moments(double mean, double std) {
    static Moments of(double[] values, int from, int to) {
      double sum = 0;
      int count = 0;
      for (int i = from; i < to; i++) {
        if (!Double.isNaN(values[i])) {
          sum += values[i];
          count++;
        }
      }
      double mean = count == 0 ? 0 : sum / count;
      double squares = 0;
      for (int i = from; i < to; i++) {
        if (!Double.isNaN(values[i])) {
          squares += (values[i] - mean) * (values[i] - mean);
        }
      }
      return new Moments(mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1)));
    }
  }
}

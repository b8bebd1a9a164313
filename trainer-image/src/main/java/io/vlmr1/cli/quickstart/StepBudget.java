package io.vlmr1.cli.quickstart;

import io.vlmr1.report.MetricsLog;
import java.util.List;

/**
 * How many GRPO steps fit into the time that the quickstart has for them, told from the steps of
 * the SFT start: the example is sized for a machine of some speed, and a slower one should end as
 * soon.
 */
final class StepBudget {
  /** Seconds for GRPO: what build, data, SFT start and evaluations leave of eight minutes. */
  private static final double SECONDS = 290;

  /** A GRPO step of the example takes so many SFT steps' time. */
  private static final double SFT_STEPS = 3.0;

  private StepBudget() {}

  /**
   * Between half of what the example asks for and all of it.
   *
   * @param most steps of the example
   * @param sft steps of the SFT start; none: it was made by an earlier run
   */
  static int steps(int most, List<MetricsLog.Step> sft) {
    double[] seconds =
        sft.stream()
            .mapToDouble(step -> step.metrics().getOrDefault("step_time", 0.0))
            .sorted()
            .toArray();
    if (seconds.length == 0) {
      return most;
    }
    double median = seconds[seconds.length / 2];
    return (int) Math.max(most / 2, Math.min(most, Math.round(SECONDS / (SFT_STEPS * median))));
  }
}

package io.vlmr1.optim;

import ai.djl.training.tracker.CosineTracker;
import ai.djl.training.tracker.PolynomialDecayTracker;
import ai.djl.training.tracker.Tracker;

/**
 * Learning-rate schedules as transformers' `get_scheduler` draws them, from DJL's trackers.
 * `getNewValue(k)` is the rate of optimizer step k + 1.
 */
public final class LearningRates {
  private LearningRates() {}

  /** Up from 0 over the warm-up, then straight down to 0 at the last step. */
  public static Tracker linear(double base, int warmup, int total) {
    return warmedUp(warmup, polynomial(base, 0, 1, decaySteps(warmup, total)));
  }

  /** Up from 0 over the warm-up, then down to 0 along half a cosine. */
  public static Tracker cosine(double base, int warmup, int total) {
    return cosineTo(base, 0, warmup, total);
  }

  /** As {@link #cosine}, but down to `last`. */
  public static Tracker cosineTo(double base, double last, int warmup, int total) {
    Tracker decay =
        CosineTracker.builder()
            .setBaseValue((float) base)
            .optFinalValue((float) last)
            .setMaxUpdates(decaySteps(warmup, total))
            .build();
    return warmedUp(warmup, decay);
  }

  /** The same cosine several times over, each from the base down to 0. */
  public static Tracker cosineWithRestarts(double base, int cycles, int warmup, int total) {
    int steps = decaySteps(warmup, total);
    Tracker decay =
        update -> {
          double progress = (double) update / steps;
          double phase = cycles * progress % 1.0;
          return progress >= 1 ? 0 : (float) (base * 0.5 * (1 + Math.cos(Math.PI * phase)));
        };
    return warmedUp(warmup, decay);
  }

  /** Always the base. */
  public static Tracker constant(double base) {
    return Tracker.fixed((float) base);
  }

  /** Up from 0 over the warm-up, then the base. */
  public static Tracker constantWithWarmup(double base, int warmup) {
    return warmedUp(warmup, Tracker.fixed((float) base));
  }

  /** Up from 0 over the warm-up, then down to `last` by the given power. */
  public static Tracker polynomial(double base, double last, double power, int warmup, int total) {
    return warmedUp(warmup, polynomial(base, last, power, decaySteps(warmup, total)));
  }

  /**
   * Up from 0 over the warm-up, then as 1 / sqrt(steps); needs a warm-up, which is its time scale.
   */
  public static Tracker inverseSquareRoot(double base, int warmup) {
    Tracker decay =
        update -> (float) (base / Math.sqrt((double) (update + warmup) / Math.max(warmup, 1)));
    return warmedUp(warmup, decay);
  }

  private static Tracker polynomial(double base, double last, double power, int steps) {
    return PolynomialDecayTracker.builder()
        .setBaseValue((float) base)
        .setEndLearningRate((float) last)
        .optPower((float) power)
        .setDecaySteps(steps)
        .build();
  }

  private static int decaySteps(int warmup, int total) {
    return Math.max(total - warmup, 1);
  }

  private static Tracker warmedUp(int warmup, Tracker main) {
    if (warmup == 0) {
      return main;
    }
    return Tracker.warmUp()
        .setMainTracker(main)
        .optWarmUpSteps(warmup)
        .optWarmUpBeginValue(0)
        .build();
  }
}

package io.vlmr1.optim;

import ai.djl.training.tracker.Tracker;
import io.vlmr1.api.v1alpha1.OptimizerSpec;

/** The schedule that a job asks for. */
public final class Schedules {
  private Schedules() {}

  /** Rates of `steps` optimizer steps; warmupSteps wins over warmupRatio, which is rounded up. */
  public static Tracker of(OptimizerSpec spec, long steps) {
    int total = Math.toIntExact(steps);
    int warmup =
        spec.warmupSteps() > 0 ? spec.warmupSteps() : (int) Math.ceil(steps * spec.warmupRatio());
    double base = spec.learningRate();
    return switch (spec.schedule()) {
      case LINEAR -> LearningRates.linear(base, warmup, total);
      case COSINE -> LearningRates.cosine(base, warmup, total);
      case CONSTANT -> LearningRates.constant(base);
      case CONSTANT_WITH_WARMUP -> LearningRates.constantWithWarmup(base, warmup);
    };
  }
}

package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.api.v1alpha1.ValidationSpec;
import java.util.Map;

/**
 * Which validation was the best, and whether enough of them brought nothing better. Its memory is
 * the metrics of the steps so far, so that a resumed run decides as an unbroken one.
 */
public final class Best {
  private final ValidationSpec spec;
  private final String metric;
  private final boolean larger;
  private double value = Double.NaN;
  private long step;
  private int since;

  /** Nothing measured yet. */
  public Best(ValidationSpec spec, Method method) {
    this.spec = spec;
    this.metric = spec.metric(method);
    this.larger = spec.larger(method);
  }

  /** Takes the metrics of a step; answers whether they are the best so far. */
  public boolean improves(long of, Map<String, Double> metrics) {
    Double now = metrics.get(metric);
    if (now == null) {
      return false; // no validation in this step
    }
    double gain = larger ? now - value : value - now;
    if (Double.isNaN(value) || gain > spec.threshold()) {
      value = now;
      step = of;
      since = 0;
      return true;
    }
    since++;
    return false;
  }

  /** Whether training should end. */
  public boolean enough() {
    Integer patience = spec.patience();
    return patience != null && since >= patience;
  }

  /** Whether a validation is due after a step, counted from 1. */
  public boolean due(long done, long steps) {
    return done % spec.everySteps() == 0 || done == steps;
  }

  /** The metric's name. */
  public String metric() {
    return metric;
  }

  /** Its best value; NaN before the first validation. */
  public double value() {
    return value;
  }

  /** The step of that value, counted from 1; 0 before the first. */
  public long step() {
    return step;
  }
}

package io.vlmr1.report;

import java.util.Map;

/** Somewhere outside of the output folder that metrics go to; it never holds up a step. */
public interface MetricsSink extends AutoCloseable {

  /** Takes a finished step. */
  void step(int step, Map<String, Double> metrics);

  /** The training is over, or stopped: what was taken is sent, within a few seconds. */
  @Override
  void close();
}

package io.vlmr1.grpo;

import java.util.Map;

/** What a training loop repeats: one optimizer step over the global batch. */
public interface TrainingStep extends AutoCloseable {

  /**
   * Makes a step together with the other ranks.
   *
   * @param step counted from 0
   * @param learningRate of this step
   * @return metrics by name, over all ranks, equal on each
   */
  Map<String, Double> run(long step, double learningRate);

  /** Whether a checkpoint after this step (counted from 0) leaves nothing half used. */
  boolean resumableAfter(long step);

  @Override
  void close();
}

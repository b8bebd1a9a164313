package io.vlmr1.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a workload takes: memory and time.
 *
 * @param work what is done
 * @param memory of a process
 * @param time of a step
 */
public record Plan(Workload work, MemoryPlan memory, StepTime time) {

  /**
   * Predicts.
   *
   * @param runtime bytes of a process without a model
   */
  public static Plan of(Workload work, Rates rates, long runtime) {
    return new Plan(work, MemoryPlan.of(work, runtime), StepTime.of(work, rates));
  }

  /** Completion tokens of a step of all processes. */
  public long completionTokens() {
    return work.completionRows() * work.batch().passes() * work.spread().processes();
  }

  /** As JSON would have it: bytes and seconds. */
  public Map<String, Object> toMap() {
    Map<String, Object> bytes = new LinkedHashMap<>();
    bytes.put("runtime", memory.runtime());
    bytes.put("weights", memory.weights());
    bytes.put("gradients", memory.gradients());
    bytes.put("optimizer", memory.optimizer());
    bytes.put("pictures", memory.pictures());
    bytes.put("rollout", memory.rollout());
    bytes.put("update", memory.update());
    bytes.put("peak", memory.peak());
    Map<String, Object> seconds = new LinkedHashMap<>(time.phases());
    seconds.put("step", time.seconds());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("memory_bytes", bytes);
    all.put("seconds", seconds);
    all.put("completion_tokens_per_second", completionTokens() / time.seconds());
    return all;
  }
}

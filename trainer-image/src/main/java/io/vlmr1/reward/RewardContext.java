package io.vlmr1.reward;

import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import java.util.Map;

/**
 * What a reward may depend on besides the completion.
 *
 * @param task whose prompt is used
 * @param modelType `model_type` of config.json: families answer in different ways
 * @param spec its entry in `spec.rewards`
 * @param environment variables of the process: where keys of remote rewards are
 */
public record RewardContext(
    Task task, String modelType, RewardSpec spec, Map<String, String> environment) {
  public RewardContext {
    environment = Map.copyOf(environment);
  }

  /** Without an entry of its own and without environment. */
  public RewardContext(Task task, String modelType) {
    this(task, modelType, new RewardSpec("accuracy", 1.0), Map.of());
  }

  /** The same with an environment. */
  public RewardContext with(Map<String, String> variables) {
    return new RewardContext(task, modelType, spec, variables);
  }

  /** The same for an entry. */
  RewardContext with(RewardSpec entry) {
    return new RewardContext(task, modelType, entry, environment);
  }

  /** Keys are in here: never printed. */
  @Override
  public String toString() {
    return "RewardContext[" + task + ", " + modelType + ", " + spec.name() + "]";
  }
}

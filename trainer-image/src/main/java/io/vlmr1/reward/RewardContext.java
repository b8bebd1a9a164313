package io.vlmr1.reward;

import io.vlmr1.api.v1alpha1.Task;

/**
 * What a reward may depend on besides the completion.
 *
 * @param task whose prompt is used
 * @param modelType `model_type` of config.json: families answer in different ways
 */
public record RewardContext(Task task, String modelType) {}

package io.vlmr1.grpo;

import io.vlmr1.api.v1alpha1.SyncReferenceSpec;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A reference policy that follows the trained one: every so many steps reference = alpha policy +
 * (1 - alpha) reference (Gorbatovski et al. 2024, TR-DPO).
 *
 * @param spec how often and how far
 * @param policy that trains
 * @param reference that follows
 */
public record FollowingReference(
    SyncReferenceSpec spec, VisionLanguageModel policy, VisionLanguageModel reference) {
  private static final String PREFIX = "reference.";

  /** Moves the reference when it is due after a step, counted from 1. */
  void after(long step) {
    if (step % spec.everySteps() != 0) {
      return;
    }
    Map<String, Tensor> followers = state();
    try (Scope scope = Scope.open()) {
      policy
          .parameters()
          .read(
              parameter -> {
                Tensor follower = followers.get(PREFIX + parameter.name());
                if (parameter.trainable() && follower != null) {
                  follower.lerp_(parameter.value().detach(), new Scalar(spec.alpha()));
                }
              });
    }
  }

  /** Its weights by name: a checkpoint must hold them, because they follow from no other. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Parameter parameter : reference.parameters().all()) {
      state.put(PREFIX + parameter.name(), parameter.value().detach()); // a view
    }
    return state;
  }
}

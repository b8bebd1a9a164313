package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The upper clip distance is not below the lower one, and delta lies outside of what is clipped.
 */
final class ClipRange implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoSpec grpo = job.getSpec().grpo();
    List<Problem> problems = new ArrayList<>();
    Double high = grpo.epsilonHigh();
    if (high != null && high < grpo.epsilon()) {
      problems.add(
          new Problem(
              "spec.grpo.epsilonHigh",
              high + " is below spec.grpo.epsilon " + grpo.epsilon(),
              "set it to at least " + grpo.epsilon() + ", or leave it out"));
    }
    Double delta = grpo.delta();
    if (delta != null && delta <= 1 + grpo.upperEpsilon()) {
      problems.add(
          new Problem(
              "spec.grpo.delta",
              delta + " is not above the clip range, which ends at " + (1 + grpo.upperEpsilon()),
              "set it above that, or leave it out"));
    }
    return problems;
  }
}

package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.TrainingSpec;
import java.util.List;

/** The training has at least one step. */
final class SomeStep implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    TrainingSpec training = job.getSpec().training();
    return training.maxSteps() == null && training.epochs() == 0
        ? List.of(
            new Problem(
                "spec.training.epochs",
                "0 without spec.training.maxSteps: there is nothing to do",
                "set it above 0, or set maxSteps"))
        : List.of();
  }
}

package io.vlmr1.api.rules;

import io.fabric8.kubernetes.api.model.Quantity;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.TrainingSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Recompute;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** A budget for activations is an amount, and there is somebody who reads it. */
final class ActivationMemory implements Rule {
  private static final String PATH = "spec.training.activationMemory";

  @Override
  public List<Problem> problems(GrpoJob job) {
    TrainingSpec training = job.getSpec().training();
    Quantity budget = training.activationMemory();
    if (budget == null) {
      return List.of();
    }
    BigDecimal amount = Quantities.amount(budget);
    if (amount == null || amount.signum() <= 0) {
      return List.of(
          new Problem(PATH, '"' + budget.toString() + "\" is no size", "write it as 2Gi"));
    }
    return training.recompute() == Recompute.AUTO
        ? List.of()
        : List.of(
            new Problem(
                PATH,
                "without effect with recompute "
                    + training.recompute().name().toLowerCase(Locale.ROOT),
                "set recompute to auto, or remove it"));
  }
}

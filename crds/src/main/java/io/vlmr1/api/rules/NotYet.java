package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.AdapterSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;

/** A field that would have no effect is refused, never ignored. */
final class NotYet implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    AdapterSpec adapter = job.getSpec().adapter();
    return adapter != null && adapter.dora()
        ? List.of(Problem.notYet("spec.adapter.dora"))
        : List.of();
  }
}

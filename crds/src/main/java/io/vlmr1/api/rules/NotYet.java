package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.AdapterSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.ArrayList;
import java.util.List;

/** A field that would have no effect is refused, never ignored. */
final class NotYet implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    List<String> fields = new ArrayList<>();
    AdapterSpec adapter = spec.adapter();
    addIf(adapter != null && adapter.dora(), "spec.adapter.dora", fields);
    return fields.stream().map(Problem::notYet).toList();
  }

  private static void addIf(boolean used, String field, List<String> fields) {
    if (used) {
      fields.add(field);
    }
  }
}

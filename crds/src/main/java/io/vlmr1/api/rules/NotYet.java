package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.AdapterSpec;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Recompute;
import io.vlmr1.api.v1alpha1.WorkersSpec;
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
    addIf(spec.training().recompute() == Recompute.AUTO, "spec.training.recompute", fields);
    workers(spec.workers(), fields);
    for (int i = 0; i < spec.evaluations().size(); i++) {
      evaluation("spec.evaluations[" + i + "]", spec.evaluations().get(i), fields);
    }
    addIf(spec.serving() != null, "spec.serving", fields);
    return fields.stream().map(Problem::notYet).toList();
  }

  private static void workers(WorkersSpec workers, List<String> fields) {
    addIf(workers.processesPerWorker() > 1, "spec.workers.processesPerWorker", fields);
  }

  private static void evaluation(String path, Evaluation evaluation, List<String> fields) {
    addIf(evaluation.engine() != Evaluation.Engine.OWN, path + ".engine", fields);
    addIf(evaluation.when() != Evaluation.When.END, path + ".when", fields);
  }

  private static void addIf(boolean used, String field, List<String> fields) {
    if (used) {
      fields.add(field);
    }
  }
}

package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;

/** The warm-up is said in one way, and only to a schedule that has one. */
final class OneWarmUp implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    OptimizerSpec optimizer = job.getSpec().optimizer();
    boolean steps = optimizer.warmupSteps() > 0;
    boolean ratio = optimizer.warmupRatio() > 0;
    List<Problem> problems = new ArrayList<>();
    if (steps && ratio) {
      problems.add(
          new Problem(
              "spec.optimizer.warmupRatio",
              optimizer.warmupRatio() + " beside warmupSteps " + optimizer.warmupSteps(),
              "remove one of them"));
    }
    if ((steps || ratio) && optimizer.schedule() == OptimizerSpec.Schedule.CONSTANT) {
      problems.add(
          new Problem(
              "spec.optimizer.schedule",
              "constant has no warm-up, but one is given",
              "use constant_with_warmup, or remove the warm-up"));
    }
    return problems;
  }
}

package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import java.util.List;

/** The batch of a micro step is made of whole groups, and is said in one way. */
final class WholeBatch implements Rule {
  private static final String PATH = "spec.training.completionsPerDevice";

  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    Integer completions = spec.training().completionsPerDevice();
    if (completions == null) {
      return List.of(); // promptsPerDevice counts whole groups
    }
    if (spec.method() == Method.SFT) {
      return List.of(
          new Problem(PATH, "SFT samples no completions", "use spec.training.promptsPerDevice"));
    }
    if (spec.training().promptsPerDevice() != null) {
      return List.of(
          new Problem(PATH, "given beside spec.training.promptsPerDevice", "remove one of them"));
    }
    return whole(completions, spec);
  }

  private static List<Problem> whole(int completions, GrpoJobSpec spec) {
    int group = spec.grpo().generations();
    long global = (long) completions * spec.worldSize();
    if (group < 1 || completions % group == 0) {
      return List.of();
    }
    String found =
        global % group == 0
            ? String.format(
                "%d is not a multiple of spec.grpo.generations %d; groups over several processes are"
                    + " not supported yet",
                completions, group)
            : String.format(
                "spec.grpo.generations %d does not divide the global batch %d (%d x %d processes)",
                group, global, completions, spec.worldSize());
    return List.of(new Problem(PATH, found, "set it to a multiple of " + group));
  }
}

package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.AdapterSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What an adapter goes beside is said once. Whether a model has such layers, its worker finds. */
final class AdapterChoice implements Rule {
  private static final String ALL = "all-linear";

  @Override
  public List<Problem> problems(GrpoJob job) {
    AdapterSpec adapter = job.getSpec().adapter();
    if (adapter == null) {
      return List.of();
    }
    List<Problem> problems = new ArrayList<>();
    List<String> targets = adapter.targetModules();
    if (targets.contains(ALL) && targets.size() > 1) {
      problems.add(
          new Problem(
              "spec.adapter.targetModules",
              ALL + " beside other endings, which it takes in",
              "write " + ALL + " alone, or the endings alone"));
    }
    pattern(adapter, problems);
    if (adapter.source() != null) {
      decidedBySource(job, adapter, problems);
    }
    return problems;
  }

  private static void pattern(AdapterSpec adapter, List<Problem> problems) {
    String pattern = adapter.targetPattern();
    if (pattern == null) {
      return;
    }
    if (!adapter.targetModules().isEmpty()) {
      problems.add(
          new Problem(
              "spec.adapter.targetPattern", "beside targetModules", "remove one of the two"));
    }
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      problems.add(
          new Problem(
              "spec.adapter.targetPattern",
              '"' + pattern + "\" is no regular expression: " + e.getDescription(),
              "mend it, or list endings in targetModules"));
    }
  }

  /** The adapter's own files say what it goes beside. */
  private static void decidedBySource(GrpoJob job, AdapterSpec adapter, List<Problem> problems) {
    if (!adapter.targetModules().isEmpty()) {
      problems.add(fixed("spec.adapter.targetModules"));
    }
    if (adapter.targetPattern() != null) {
      problems.add(fixed("spec.adapter.targetPattern"));
    }
    if (!adapter.modulesToSave().isEmpty()) {
      problems.add(fixed("spec.adapter.modulesToSave"));
    }
    if (!job.getSpec().model().freeze().isEmpty()) {
      problems.add(fixed("spec.model.freeze"));
    }
  }

  private static Problem fixed(String path) {
    return new Problem(
        path,
        "beside spec.adapter.source, whose files decide what trains",
        "remove one of the two");
  }
}

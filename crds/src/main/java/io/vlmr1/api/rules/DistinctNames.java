package io.vlmr1.api.rules;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.vlmr1.api.v1alpha1.Dataset;
import io.vlmr1.api.v1alpha1.DeviceClaim;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.RewardSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** No two entries of a list bear the same name. */
final class DistinctNames implements Rule {
  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    List<Problem> problems = new ArrayList<>();
    check("spec.data.datasets", spec.data().datasets(), Dataset::name, problems);
    check("spec.data.validation", spec.data().validation(), Dataset::name, problems);
    check("spec.rewards", spec.rewards(), RewardSpec::name, problems);
    check("spec.evaluations", spec.evaluations(), Evaluation::name, problems);
    check(
        "spec.workers.resourceClaims",
        spec.workers().resourceClaims(),
        DeviceClaim::name,
        problems);
    check("spec.workers.env", spec.workers().env(), EnvVar::getName, problems);
    return problems;
  }

  private static <T> void check(
      String path, List<T> entries, Function<T, String> nameOf, List<Problem> problems) {
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      String name = nameOf.apply(entries.get(i));
      Integer earlier = first.putIfAbsent(name, i);
      if (earlier != null && !name.isEmpty()) {
        problems.add(
            new Problem(
                path + "[" + i + "].name",
                '"' + name + "\" is also the name of entry " + earlier,
                "give each entry its own name"));
      }
    }
  }
}

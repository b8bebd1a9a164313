package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.RewardSpec;
import java.util.ArrayList;
import java.util.List;

/** Rewards and the methods of `accuracy` bear known names, and some reward counts. */
public final class KnownRewards implements Rule {
  /** What a reward can be. */
  public static final List<String> KINDS =
      List.of("accuracy", "format", "plain_iou", "length", "repetition", "http", "model", "java");

  /** What `accuracy` can compare by. */
  public static final List<String> METHODS =
      List.of(
          "default",
          "mcq",
          "yes_no",
          "all_match",
          "math",
          "math_equal",
          "llm",
          "map",
          "od_ap",
          "od_ap50",
          "odLength",
          "weighted_sum");

  @Override
  public List<Problem> problems(GrpoJob job) {
    List<Problem> problems = new ArrayList<>();
    List<RewardSpec> rewards = job.getSpec().rewards();
    for (int i = 0; i < rewards.size(); i++) {
      RewardSpec reward = rewards.get(i);
      String field = reward.kind() == null ? "name" : "kind";
      String path = "spec.rewards[" + i + "]";
      known(path + "." + field, "reward", KINDS, reward.which(), problems);
      if (reward.method() != null) {
        known(path + ".method", "reward method", METHODS, reward.method(), problems);
      }
    }
    if (!rewards.isEmpty() && rewards.stream().allMatch(reward -> reward.weight() == 0)) {
      problems.add(
          new Problem("spec.rewards", "every weight is 0", "give a weight other than 0 to one"));
    }
    Datasets.each(
        job.getSpec(),
        (path, dataset) ->
            known(
                path + ".rewardMethod",
                "reward method",
                METHODS,
                dataset.rewardMethod(),
                problems));
    return problems;
  }

  private static void known(
      String path, String noun, List<String> names, String name, List<Problem> problems) {
    if (!name.isEmpty() && !names.contains(name)) { // an empty one is told by its declaration
      problems.add(
          new Problem(
              path, '"' + name + "\" is no " + noun, "use one of: " + String.join(", ", names)));
    }
  }
}

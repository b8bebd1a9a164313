package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.RewardSpec;
import java.util.ArrayList;
import java.util.List;

/** Rewards and the methods of `accuracy` bear known names, and some reward counts. */
final class KnownRewards implements Rule {
  private static final Vocabulary REWARDS =
      new Vocabulary(
          "reward", List.of("accuracy", "format", "plain_iou"), List.of("length", "repetition"));

  private static final Vocabulary METHODS =
      new Vocabulary(
          "reward method",
          List.of("default", "mcq", "yes_no"),
          List.of(
              "all_match", "math", "llm", "map", "od_ap", "od_ap50", "odLength", "weighted_sum"));

  @Override
  public List<Problem> problems(GrpoJob job) {
    List<Problem> problems = new ArrayList<>();
    List<RewardSpec> rewards = job.getSpec().rewards();
    for (int i = 0; i < rewards.size(); i++) {
      REWARDS.check("spec.rewards[" + i + "].name", rewards.get(i).name(), problems);
    }
    if (!rewards.isEmpty() && rewards.stream().allMatch(reward -> reward.weight() == 0)) {
      problems.add(
          new Problem("spec.rewards", "every weight is 0", "give a weight other than 0 to one"));
    }
    Datasets.each(
        job.getSpec(),
        (path, dataset) -> METHODS.check(path + ".rewardMethod", dataset.rewardMethod(), problems));
    return problems;
  }

  /** Names that work, and names that will. */
  private record Vocabulary(String noun, List<String> known, List<String> later) {
    void check(String path, String name, List<Problem> problems) {
      if (name.isEmpty() || known.contains(name)) {
        return; // an empty one is told by its declaration
      }
      String trouble = later.contains(name) ? "is not supported yet" : "is no " + noun;
      problems.add(
          new Problem(
              path, '"' + name + "\" " + trouble, "use one of: " + String.join(", ", known)));
    }
  }
}

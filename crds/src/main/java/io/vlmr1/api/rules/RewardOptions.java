package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.RewardSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A reward has the options that it needs, and none that would do nothing. */
final class RewardOptions implements Rule {
  private static final RewardSpec PLAIN = new RewardSpec("plain", 1.0);

  @Override
  public List<Problem> problems(GrpoJob job) {
    List<Problem> problems = new ArrayList<>();
    List<RewardSpec> rewards = job.getSpec().rewards();
    boolean judged = false;
    for (int i = 0; i < rewards.size(); i++) {
      RewardSpec reward = rewards.get(i);
      String path = "spec.rewards[" + i + "]";
      if (KnownRewards.KINDS.contains(reward.which())) {
        needed(path, reward, problems);
        idle(path, reward, problems);
      }
      judged |= reward.which().equals("accuracy") && reward.url() != null;
      if ("llm".equals(reward.method()) && reward.url() == null) {
        problems.add(
            new Problem(
                path + ".method", "llm without a judge", "give url and model of the judge"));
      }
    }
    boolean asks = judged;
    Datasets.each(
        job.getSpec(),
        (path, dataset) -> {
          boolean method = rewards.stream().anyMatch(reward -> reward.method() != null);
          if (dataset.rewardMethod().equals("llm") && !asks && !method) {
            problems.add(
                new Problem(
                    path + ".rewardMethod",
                    "llm without a judge",
                    "give the reward accuracy the url and the model of the judge"));
          }
        });
    return problems;
  }

  private static void needed(String path, RewardSpec reward, List<Problem> problems) {
    need(path + ".url", reward, "http", reward.url(), problems);
    need(path + ".model", reward, "model", reward.model(), problems);
    need(path + ".provider", reward, "java", reward.provider(), problems);
    if (reward.which().equals("accuracy") && reward.url() != null && reward.model() == null) {
      problems.add(
          new Problem(path + ".model", "no judge named for url", "give the name of the judge"));
    }
  }

  private static void need(
      String path,
      RewardSpec reward,
      String kind,
      @org.jspecify.annotations.Nullable String value,
      List<Problem> problems) {
    if (reward.which().equals(kind) && value == null) {
      problems.add(new Problem(path, "missing for kind " + kind, "give it"));
    }
  }

  /** A field without effect is refused, never ignored. */
  private static void idle(String path, RewardSpec reward, List<Problem> problems) {
    String kind = reward.which();
    boolean accuracy = kind.equals("accuracy");
    boolean asks = kind.equals("http") || (accuracy && reward.url() != null);
    Set<String> faulty = Set.of("accuracy", "length", "repetition");
    refuse(reward.method() != null && !accuracy, path + ".method", kind, problems);
    refuse(reward.parity() && !faulty.contains(kind), path + ".parity", kind, problems);
    refuse(
        reward.url() != null && !accuracy && !kind.equals("http"), path + ".url", kind, problems);
    refuse(
        reward.model() != null && !kind.equals("model") && !(accuracy && asks),
        path + ".model",
        kind,
        problems);
    refuse(reward.provider() != null && !kind.equals("java"), path + ".provider", kind, problems);
    refuse(reward.keyVariable() != null && !asks, path + ".keyVariable", kind, problems);
    boolean patience =
        !Objects.equals(reward.timeoutSeconds(), PLAIN.timeoutSeconds())
            || !Objects.equals(reward.retries(), PLAIN.retries());
    refuse(patience && !asks, path + ".timeoutSeconds and retries", kind, problems);
  }

  private static void refuse(boolean idle, String path, String kind, List<Problem> problems) {
    if (idle) {
      problems.add(new Problem(path, "would do nothing for " + kind, "remove it"));
    }
  }
}

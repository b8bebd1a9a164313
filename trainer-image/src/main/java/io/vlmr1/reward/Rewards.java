package io.vlmr1.reward;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The rewards of a job with their weights. Names are found on the class path; {@link
 * RewardProvider} tells how to add one.
 */
public final class Rewards implements RowCheck {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<Reward> rewards;
  private final List<RowCheck> checks;
  private final double[] weights;

  private Rewards(List<Reward> rewards, double[] weights) {
    this.checks =
        rewards.stream().filter(RowCheck.class::isInstance).map(RowCheck.class::cast).toList();
    this.rewards = rewards.stream().map(reward -> (Reward) new TimeLimited(reward, LIMIT)).toList();
    this.weights = weights;
  }

  /**
   * What all rewards say of a completion.
   *
   * @param scores one a reward, in the order of the spec
   * @param total weighted sum of those that apply; empty when none does
   */
  public record Verdict(List<Score> scores, OptionalDouble total) {
    public Verdict {
      scores = List.copyOf(scores);
    }
  }

  /**
   * The rewards that a spec asks for.
   *
   * @throws VlmR1Exception BAD_SPEC for a name that is not known
   */
  public static Rewards of(List<RewardSpec> specs, RewardContext context) {
    Map<String, RewardProvider> known = providers();
    List<Reward> rewards = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      RewardProvider provider = known.get(specs.get(i).name());
      if (provider == null) {
        throw new VlmR1Exception(
            ExitCode.BAD_SPEC,
            "spec.rewards[%d].name: \"%s\" is not known; use one of %s"
                .formatted(i, specs.get(i).name(), known.keySet()));
      }
      rewards.add(provider.reward(context));
    }
    return new Rewards(rewards, specs.stream().mapToDouble(RewardSpec::weight).toArray());
  }

  /** Names of all rewards on the class path, in alphabetical order. */
  public static List<String> known() {
    return List.copyOf(providers().keySet());
  }

  /** The rewards, in the order of the spec; each within a time limit. */
  public List<Reward> rewards() {
    return rewards;
  }

  /** Their weights, in the same order. */
  public double[] weights() {
    return weights.clone();
  }

  /** The scores of a completion and their weighted sum. */
  public Verdict score(Completion completion) {
    List<Score> scores = rewards.stream().map(reward -> reward.score(completion)).toList();
    double total = 0;
    boolean applies = false;
    for (int i = 0; i < weights.length; i++) {
      OptionalDouble value = scores.get(i).value();
      if (value.isPresent()) {
        applies = true;
        total += weights[i] * value.getAsDouble();
      }
    }
    return new Verdict(scores, applies ? OptionalDouble.of(total) : OptionalDouble.empty());
  }

  @Override
  public List<String> problems(Row row) {
    return checks.stream().flatMap(check -> check.problems(row).stream()).distinct().toList();
  }

  private static Map<String, RewardProvider> providers() {
    Map<String, RewardProvider> providers = new TreeMap<>();
    ServiceLoader.load(RewardProvider.class, Rewards.class.getClassLoader())
        .forEach(provider -> providers.put(provider.name(), provider));
    return providers;
  }
}

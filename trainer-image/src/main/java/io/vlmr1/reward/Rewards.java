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
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The rewards of a job with their weights. Names are found on the class path; {@link
 * RewardProvider} tells how to add one.
 */
public final class Rewards implements RowCheck {
  private final List<Reward> rewards;
  private final List<RowCheck> checks;
  private final double[] weights;

  private Rewards(List<Reward> rewards, double[] weights) {
    this.checks =
        rewards.stream()
            .map(reward -> reward instanceof Renamed renamed ? renamed.reward() : reward)
            .filter(RowCheck.class::isInstance)
            .map(RowCheck.class::cast)
            .toList();
    this.rewards =
        rewards.stream()
            .map(reward -> (Reward) new TimeLimited(reward.name(), reward, reward.limit()))
            .toList();
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
      RewardSpec spec = specs.get(i);
      boolean custom = spec.which().equals("java") && spec.provider() != null;
      String name = custom ? Objects.requireNonNull(spec.provider()) : spec.which();
      RewardProvider provider = known.get(name);
      if (provider == null) {
        String field = custom ? "provider" : spec.kind() == null ? "name" : "kind";
        throw new VlmR1Exception(
            ExitCode.BAD_SPEC,
            "spec.rewards[%d].%s: \"%s\" is not known; use one of %s"
                .formatted(i, field, name, known.keySet()));
      }
      rewards.add(new Renamed(spec.name(), provider.reward(context.with(spec))));
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

  /** A reward under the name of its entry: custom ones know only their own. */
  private record Renamed(String name, Reward reward) implements Reward {
    @Override
    public Score score(Completion completion) {
      return reward.score(completion);
    }

    @Override
    public List<Score> scores(List<Completion> completions) {
      return reward.scores(completions);
    }

    @Override
    public Duration limit() {
      return reward.limit();
    }

    @Override
    public boolean batched() {
      return reward.batched();
    }
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

package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.DataSpec.LongPrompts;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.data.DataScan;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.RowCheck;
import io.vlmr1.data.Sampler;
import io.vlmr1.grpo.PromptCheck;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Rewards;
import java.util.List;
import java.util.Optional;

/**
 * What is learned from, in which order, and what is rewarded.
 *
 * @param data rows of all data sets
 * @param validation rows that are held out
 * @param sampler that orders them
 * @param rewards of the spec
 * @param steps in all
 */
record Lesson(
    DataSet data,
    Optional<DataSet> validation,
    Sampler sampler,
    Rewards rewards,
    long steps) {

  /**
   * Reads and checks everything.
   *
   * @throws VlmR1Exception BAD_DATA with every problem, the first one first
   */
  static Lesson of(WorkerSettings settings, Prompts prompts) {
    GrpoJobSpec spec = settings.spec();
    Rewards rewards =
        Rewards.of(spec.rewards(), new RewardContext(spec.data().task(), prompts.modelType()));
    DataScan scan = scan(settings, prompts, rewards);
    long seed = spec.training().seed();
    DataSet data =
        DataSet.read(DataSource.all(spec.data().datasets(), settings.data()), scan, seed);
    List<DataSource> held = DataSource.all(spec.data().validation(), settings.data());
    Optional<DataSet> validation =
        held.isEmpty() ? Optional.empty() : Optional.of(DataSet.read(held, scan, seed));
    Sampler sampler = sampler(spec, data.size(), settings.rendezvous().size());
    Integer most = spec.training().maxSteps();
    long steps =
        most != null
            ? most
            : Math.max(
                1, (long) Math.ceil(spec.training().epochs() * sampler.stepsPerEpoch() - 1e-9));
    return new Lesson(data, validation, sampler, rewards, steps);
  }

  /** What the rows of a job are checked for; the same for training and `data check`. */
  static DataScan scan(WorkerSettings settings, Prompts prompts, Rewards rewards) {
    GrpoJobSpec spec = settings.spec();
    RowCheck prompt =
        new PromptCheck(prompts.maker(spec), spec.data().longPrompts() == LongPrompts.DROP);
    RowCheck check = spec.method() == Method.SFT ? prompt : rewards.and(prompt);
    return new DataScan(
        check,
        CheckKey.of(settings),
        settings.output().rowIndices(),
        Math.max(1, Runtime.getRuntime().availableProcessors() / settings.processesPerNode()),
        DataScan.Listener.NONE);
  }

  private static Sampler sampler(GrpoJobSpec spec, int rows, int ranks) {
    boolean sft = spec.method() == Method.SFT;
    int generations = sft ? 1 : spec.grpo().generations();
    int perRank = promptsPerMicroBatch(spec) * spec.training().gradientAccumulationSteps();
    try {
      return new Sampler(
          rows,
          perRank * ranks,
          generations,
          sft ? 1 : spec.grpo().iterations(),
          spec.training().seed(),
          spec.data().shuffle());
    } catch (IllegalArgumentException e) {
      throw new VlmR1Exception(ExitCode.BAD_DATA, "spec.data.datasets: " + e.getMessage(), e);
    }
  }

  /** Prompts in one forward pass. */
  static int promptsPerMicroBatch(GrpoJobSpec spec) {
    return spec.training().prompts(spec.method() == Method.SFT ? 1 : spec.grpo().generations());
  }
}

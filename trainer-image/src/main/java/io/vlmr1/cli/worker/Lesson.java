package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.data.DataScan;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Sampler;
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
    DataSet data, Optional<DataSet> validation, Sampler sampler, Rewards rewards, long steps) {

  /**
   * Reads and checks everything.
   *
   * @throws VlmR1Exception BAD_DATA with every problem, the first one first
   */
  static Lesson of(WorkerSettings settings, Prompts prompts) {
    GrpoJobSpec spec = settings.spec();
    Rewards rewards =
        Rewards.of(
            spec.rewards(),
            new RewardContext(spec.data().task(), prompts.modelType()).with(System.getenv()));
    JobRows rows = new JobRows(settings, prompts, rewards);
    DataScan scan = rows.scan(true, DataScan.Listener.NONE);
    long seed = spec.training().seed();
    DataSet data = DataSet.read(rows.sources(spec.data().datasets()), scan, seed);
    List<DataSource> held = rows.sources(spec.data().validation());
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

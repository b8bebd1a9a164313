package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.DataSpec.LongPrompts;
import io.vlmr1.api.v1alpha1.Dataset;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.data.DataScan;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import io.vlmr1.dist.Rendezvous;
import io.vlmr1.grpo.PromptCheck;
import io.vlmr1.plan.Workload;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Rewards;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The rows that a job names and what they are checked for: the same in training and in `vlmr1 data
 * check`.
 */
public final class JobRows implements AutoCloseable {
  private final WorkerSettings settings;
  private final Prompts prompts;
  private final Rewards rewards;

  JobRows(WorkerSettings settings, Prompts prompts, Rewards rewards) {
    this.settings = settings;
    this.prompts = prompts;
    this.rewards = rewards;
  }

  /**
   * Those of a job outside of a training.
   *
   * @param data root of the data
   * @param output where indices are kept
   */
  public static JobRows open(GrpoJob job, Path data, OutputLayout output) {
    WorkerSettings settings =
        new WorkerSettings(job, data, output, Rendezvous.of(Map.of()), 1, 0, 1);
    Prompts prompts = Prompts.open(settings);
    RewardContext context =
        new RewardContext(job.getSpec().data().task(), prompts.modelType()).with(System.getenv());
    return new JobRows(settings, prompts, Rewards.of(job.getSpec().rewards(), context));
  }

  /** The longest prompt of some of a job's rows. */
  public static Workload.Prompt longestPrompt(GrpoJob job, Path data, OutputLayout output) {
    try (JobRows rows = open(job, data, output)) {
      GrpoJobSpec spec = job.getSpec();
      DataSet all =
          DataSet.read(
              rows.sources(spec.data().datasets()),
              rows.scan(true, DataScan.Listener.NONE),
              spec.training().seed());
      return JobWorkload.longest(all.rows(), rows.prompts.maker(spec));
    }
  }

  /** The files behind entries of the spec. */
  public List<DataSource> sources(List<Dataset> datasets) {
    return datasets.stream().map(dataset -> DataSource.of(dataset, settings.data())).toList();
  }

  /** How rows are checked. */
  public DataScan scan(boolean reuse, DataScan.Listener listener) {
    GrpoJobSpec spec = settings.spec();
    RowCheck prompt =
        new PromptCheck(prompts.maker(spec), spec.data().longPrompts() == LongPrompts.DROP);
    return new DataScan(
        spec.method() == Method.SFT ? prompt : rewards.and(prompt),
        CheckKey.of(settings),
        settings.output().rowIndices(),
        reuse,
        Math.max(1, Runtime.getRuntime().availableProcessors() / settings.processesPerNode()),
        listener);
  }

  /** A row's prompt as the model gets it, a mark for each image. */
  public String prompt(Row row) {
    return prompts.processor().render(List.of(prompts.task().message(row)));
  }

  @Override
  public void close() {
    prompts.close();
  }
}

package io.vlmr1.cli.worker;

import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.Method;
import io.vlmr1.api.v1alpha1.TrainingSpec.Precision;
import io.vlmr1.api.v1alpha1.TrainingSpec.Recompute;
import io.vlmr1.data.Row;
import io.vlmr1.grpo.PromptFeed;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.nn.Tuning;
import io.vlmr1.plan.MachineMemory;
import io.vlmr1.plan.MemoryPlan;
import io.vlmr1.plan.ModelSizes;
import io.vlmr1.plan.Workload;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a job asks of one of its processes, in sizes. */
public final class JobWorkload {
  private static final int SAMPLES = 8;

  /** Share of the memory left that activations may take: the rest is for what no plan knows. */
  private static final double SHARE = 0.8;

  private JobWorkload() {}

  /**
   * Of a job.
   *
   * @param processes that train together
   * @param completion tokens of a completion
   */
  public static Workload of(
      GrpoJobSpec spec, Path model, Workload.Prompt prompt, int processes, int completion) {
    boolean grpo = spec.method() == Method.GRPO;
    Dtype dtype = spec.training().precision() == Precision.FLOAT32 ? Dtype.FLOAT32 : Dtype.BFLOAT16;
    Dtype gradients = spec.training().precision() == Precision.MIXED ? Dtype.FLOAT32 : dtype;
    Tuning tuning = TrainedModel.tuning(spec).apply(ModelLoader.names(model));
    ModelSizes sizes =
        ModelSizes.of(
            ModelLoader.blueprint(model),
            HuggingFaceFolder.config(model),
            tuning,
            dtype,
            gradients);
    Workload.Batch batch =
        new Workload.Batch(
            Lesson.promptsPerMicroBatch(spec),
            spec.training().gradientAccumulationSteps(),
            prompt,
            grpo ? spec.grpo().generations() : 1,
            completion);
    boolean penalty = grpo && spec.grpo().beta() != 0;
    int iterations = grpo ? spec.grpo().iterations() : 1;
    int scored = (penalty ? 1 : 0) + (iterations > 1 ? 1 : 0);
    Workload.Method method =
        new Workload.Method(
            grpo, true, scored, iterations, penalty && spec.adapter() == null, kept(spec));
    return new Workload(
        sizes, batch, method, new Workload.Spread(processes, spec.training().zeroStage()));
  }

  private static long kept(GrpoJobSpec spec) {
    Long budget = spec.training().activationBytes();
    return switch (spec.training().recompute()) {
      case NONE -> Long.MAX_VALUE;
      case FULL -> 0;
      case AUTO -> budget == null ? 0 : budget;
    };
  }

  /**
   * Bytes that activations may take: as the job says, or what is left beside all that is planned.
   *
   * @param runtime bytes that this process takes already
   * @param sharing processes on this machine
   */
  public static long activationBytes(GrpoJobSpec spec, Workload work, long runtime, int sharing) {
    boolean open =
        spec.training().recompute() == Recompute.AUTO && spec.training().activationBytes() == null;
    if (!open) {
      return work.method().kept();
    }
    MemoryPlan least = MemoryPlan.of(work.keeping(0), runtime);
    long mine = (long) (SHARE * MachineMemory.left() / sharing);
    return Math.max(0, mine - (least.standing() - runtime) - least.passing());
  }

  /** The prompt to count with: the longest of a sample, spread over all rows. */
  static Workload.Prompt longest(List<Row> rows, PromptFeed.Maker maker) {
    List<Workload.Prompt> prompts = new ArrayList<>();
    int count = Math.min(SAMPLES, rows.size());
    for (int i = 0; i < count; i++) {
      try (PreparedPrompt prompt = maker.make(rows.get((int) ((long) i * rows.size() / count)))) {
        prompts.add(Workload.Prompt.of(prompt));
      }
    }
    return prompts.stream().max(Comparator.comparingInt(Workload.Prompt::tokens)).orElseThrow();
  }
}

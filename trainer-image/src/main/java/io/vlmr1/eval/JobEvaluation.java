package io.vlmr1.eval;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import io.vlmr1.data.DataSource;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.tensor.Dtype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An evaluation that a GrpoJob names, of the model that its training left in the output volume. */
public final class JobEvaluation {
  /** As VLM-R1 takes of each set. */
  private static final int DEFAULT_ROWS = 2000;

  private static final int BATCH = 16;

  private JobEvaluation() {}

  /**
   * Runs it and writes its result file.
   *
   * @param name of the evaluation in the spec
   * @param data root of the data
   * @throws VlmR1Exception USAGE for a name that the spec does not have, BAD_MODEL when training
   *     left no model
   */
  public static EvaluationResult run(
      GrpoJob job, String name, Path data, OutputLayout output, EvaluationRun.Progress progress) {
    Evaluation evaluation =
        job.getSpec().evaluations().stream()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new VlmR1Exception(
                        ExitCode.USAGE,
                        "VLMR1_EVALUATION=\"" + name + "\" is not among spec.evaluations"));
    if (!Files.exists(output.finalModel().resolve("config.json"))) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          output.finalModel() + " holds no model; evaluate after training has completed");
    }
    ModelSpec pixels = job.getSpec().model();
    PixelLimits limits = new PixelLimits(wide(pixels.minPixels()), wide(pixels.maxPixels()));
    String precision = job.getSpec().training().precision().name().toUpperCase(Locale.ROOT);
    try (OpenModel model = OpenModel.load(output.finalModel(), Dtype.valueOf(precision), limits)) {
      EvaluationRun run = of(job, evaluation, data);
      Evaluator.Outcome outcome = run.run(model, "final", output.evaluation(name), progress);
      return run.result(outcome, "final");
    }
  }

  private static EvaluationRun of(GrpoJob job, Evaluation evaluation, Path data) {
    String template =
        evaluation.task() == job.getSpec().data().task()
            ? job.getSpec().data().promptTemplate() // what it was trained with
            : null;
    return new EvaluationRun(
        evaluation.name(),
        evaluation.task(),
        template,
        DataSource.of(evaluation.dataset(), data),
        new EvaluationRun.Limits(
            Objects.requireNonNullElse(evaluation.maxRows(), DEFAULT_ROWS),
            evaluation.maxNewTokens(),
            BATCH));
  }

  private static @Nullable Long wide(@Nullable Integer pixels) {
    return pixels == null ? null : (Long) pixels.longValue();
  }
}

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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation that a GrpoJob names: usually of the model that its training left in the output
 * volume.
 */
public final class JobEvaluation {
  /** As VLM-R1 takes of each set. */
  private static final int DEFAULT_ROWS = 2000;

  private static final int BATCH = 16;

  private final GrpoJob job;
  private final EvaluationRun evaluation;

  private JobEvaluation(GrpoJob job, EvaluationRun evaluation) {
    this.job = job;
    this.evaluation = evaluation;
  }

  /**
   * The evaluation of a name.
   *
   * @param name of the evaluation in the spec
   * @param data root of the data
   * @throws VlmR1Exception USAGE for a name that the spec does not have
   */
  public static JobEvaluation of(GrpoJob job, String name, Path data) {
    Evaluation evaluation =
        job.getSpec().evaluations().stream()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new VlmR1Exception(
                        ExitCode.USAGE,
                        "VLMR1_EVALUATION=\"" + name + "\" is not among spec.evaluations"));
    String template =
        evaluation.task() == job.getSpec().data().task()
            ? job.getSpec().data().promptTemplate() // what it was trained with
            : null;
    EvaluationRun.Limits limits =
        new EvaluationRun.Limits(
            Objects.requireNonNullElse(evaluation.maxRows(), DEFAULT_ROWS),
            evaluation.maxNewTokens(),
            BATCH);
    return new JobEvaluation(
        job,
        EvaluationRun.of(
            name, evaluation.task(), template, DataSource.of(evaluation.dataset(), data), limits));
  }

  /**
   * Evaluates the final model of a training and writes the result where the contract says.
   *
   * @throws VlmR1Exception BAD_MODEL when training left no model, BAD_DATA with every problem of
   *     the rows
   */
  public static EvaluationResult run(GrpoJob job, String name, Path data, OutputLayout output) {
    if (!Files.exists(output.finalModel().resolve("config.json"))) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          output.finalModel() + " holds no model; evaluate after training has completed");
    }
    return of(job, name, data).run(output.finalModel(), output.evaluation(name));
  }

  /** Evaluates a model folder and writes the result file. */
  public EvaluationResult run(Path folder, Path file) {
    ModelSpec pixels = job.getSpec().model();
    PixelLimits limits = new PixelLimits(wide(pixels.minPixels()), wide(pixels.maxPixels()));
    Dtype dtype = Dtype.valueOf(job.getSpec().training().precision().name());
    String checkpoint = String.valueOf(folder.getFileName());
    try (OpenModel model = OpenModel.load(folder, dtype, limits)) {
      Evaluator.Outcome outcome = evaluation.run(model, checkpoint, file, (done, of) -> {});
      return evaluation.result(outcome, checkpoint);
    }
  }

  private static @Nullable Long wide(@Nullable Integer pixels) {
    return pixels == null ? null : (Long) pixels.longValue();
  }
}

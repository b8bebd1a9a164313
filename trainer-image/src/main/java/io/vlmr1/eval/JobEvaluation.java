package io.vlmr1.eval;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Precision;
import io.vlmr1.data.DataSource;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.StartingModel;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.AdapterFolder;
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
  private final Path data;
  private final EvaluationRun evaluation;

  private JobEvaluation(GrpoJob job, Path data, EvaluationRun evaluation) {
    this.job = job;
    this.data = data;
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
        data,
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
    if (!output.isFinal()) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          output.finalModel() + " holds no model; evaluate after training has completed");
    }
    return of(job, name, data).run(output.finalModel(), output.evaluation(name));
  }

  /** Evaluates a model's folder, or an adapter's, and writes the result file. */
  public EvaluationResult run(Path folder, Path file) {
    ModelSpec pixels = job.getSpec().model();
    PixelLimits limits = new PixelLimits(wide(pixels.minPixels()), wide(pixels.maxPixels()));
    Dtype dtype =
        job.getSpec().training().precision() == Precision.FLOAT32 ? Dtype.FLOAT32 : Dtype.BFLOAT16;
    String checkpoint = String.valueOf(folder.getFileName());
    OpenModel.Files files =
        AdapterFolder.is(folder)
            ? new OpenModel.Files(StartingModel.folder(job.getSpec(), data), folder)
            : new OpenModel.Files(folder, null);
    Integer pixelLimit = job.getSpec().data().maxImagePixels();
    long largest = pixelLimit == null ? ImageReader.MAX_PIXELS : pixelLimit;
    try (OpenModel model = OpenModel.load(files, dtype, limits, largest)) {
      Evaluator.Outcome outcome = evaluation.run(model, checkpoint, file, (done, of) -> {});
      return evaluation.result(outcome, checkpoint);
    }
  }

  private static @Nullable Long wide(@Nullable Integer pixels) {
    return pixels == null ? null : (Long) pixels.longValue();
  }
}

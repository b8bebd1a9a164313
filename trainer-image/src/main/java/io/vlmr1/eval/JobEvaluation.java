package io.vlmr1.eval;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ModelSpec;
import io.vlmr1.api.v1alpha1.ServerSpec;
import io.vlmr1.api.v1alpha1.TrainingSpec.Precision;
import io.vlmr1.data.DataSource;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.StartingModel;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.AdapterFolder;
import io.vlmr1.weights.HuggingFaceFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An evaluation that a GrpoJob names, of what its training wrote to the output volume. */
public final class JobEvaluation {
  /** As VLM-R1 takes of each set. */
  private static final int DEFAULT_ROWS = 2000;

  private static final int BATCH = 16;
  private static final int ATTEMPTS = 5;
  private static final Duration ROW_TIMEOUT = Duration.ofMinutes(10);

  private final GrpoJob job;
  private final Path data;
  private final Evaluation asked;
  private final EvaluationRun evaluation;

  private JobEvaluation(GrpoJob job, Path data, Evaluation asked, EvaluationRun evaluation) {
    this.job = job;
    this.data = data;
    this.asked = asked;
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
        evaluation,
        EvaluationRun.of(
            name, evaluation.task(), template, DataSource.of(evaluation.dataset(), data), limits));
  }

  /**
   * What an evaluation looks at, and by what.
   *
   * @param checkpoint folder name of a checkpoint, or {@link OutputLayout#FINAL}
   * @param server of OpenAI's API that serves it, up to and with /v1; null: our own engine does
   */
  public record Subject(String checkpoint, @Nullable URI server) {}

  /**
   * Evaluates what a training left, or has reached so far, and writes the result where the contract
   * says.
   *
   * @throws VlmR1Exception BAD_MODEL when the model is not there, or was deleted meanwhile;
   *     BAD_DATA with every problem of the rows; SERVER_SILENT when the server does not answer
   */
  public static EvaluationResult run(
      GrpoJob job, String name, Subject subject, Path data, OutputLayout output) {
    Path folder = output.model(subject.checkpoint());
    if (subject.checkpoint().equals(OutputLayout.FINAL)) {
      if (!output.isFinal()) {
        throw bad(folder + " holds no model; evaluate after training has completed");
      }
    } else if (OutputLayout.step(subject.checkpoint()).isEmpty()) {
      throw bad("\"" + subject.checkpoint() + "\" is no name of a checkpoint");
    } else if (!Files.isDirectory(folder)) {
      throw gone(folder);
    }
    Path file = output.evaluation(name, subject.checkpoint());
    JobEvaluation evaluation = of(job, name, data);
    EvaluationResult result =
        subject.server() == null
            ? evaluation.run(folder, file)
            : evaluation.ask(subject.server(), folder, file);
    if (!Files.isDirectory(folder)) { // its number must not be the best of what is there
      deleted(file);
      throw gone(folder);
    }
    return result;
  }

  private static void deleted(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new VlmR1Exception(ExitCode.OUTPUT_VOLUME, file + ": " + e, e);
    }
  }

  private static VlmR1Exception bad(String message) {
    return new VlmR1Exception(ExitCode.BAD_MODEL, message);
  }

  private static VlmR1Exception gone(Path folder) {
    return bad(
        folder
            + " is there no more: training made newer ones faster than they were evaluated; raise"
            + " spec.checkpoints.everySteps or keep, or ask fewer rows");
  }

  /** Has a server answer that serves the model's folder, or the adapter's beside its base. */
  private EvaluationResult ask(URI server, Path folder, Path file) {
    ServerSpec spec = Objects.requireNonNullElseGet(asked.server(), ServerSpec::defaults);
    String model =
        new ServedModels(server)
            .await(job.getMetadata().getName(), Duration.ofSeconds(spec.readySeconds()));
    Path whole = AdapterFolder.is(folder) ? StartingModel.folder(job.getSpec(), data) : folder;
    String type = HuggingFaceFolder.config(whole).path("model_type").asText("");
    ServerEngine engine =
        new ServerEngine(
            new ServerEngine.Settings(
                server,
                model,
                type,
                type.startsWith("qwen") ? ServedPictures.qwen(whole, limits()) : null,
                null,
                new ServerEngine.Requests(BATCH, ATTEMPTS, ROW_TIMEOUT)));
    String checkpoint = String.valueOf(folder.getFileName());
    Evaluator.Outcome outcome = evaluation.run(engine, checkpoint, file, (done, of) -> {});
    return evaluation.result(outcome, checkpoint);
  }

  private PixelLimits limits() {
    ModelSpec pixels = job.getSpec().model();
    return new PixelLimits(wide(pixels.minPixels()), wide(pixels.maxPixels()));
  }

  /** Evaluates a model's folder, or an adapter's, and writes the result file. */
  public EvaluationResult run(Path folder, Path file) {
    Dtype dtype =
        job.getSpec().training().precision() == Precision.FLOAT32 ? Dtype.FLOAT32 : Dtype.BFLOAT16;
    String checkpoint = String.valueOf(folder.getFileName());
    OpenModel.Files files =
        AdapterFolder.is(folder)
            ? new OpenModel.Files(StartingModel.folder(job.getSpec(), data), folder)
            : new OpenModel.Files(folder, null);
    Integer pixelLimit = job.getSpec().data().maxImagePixels();
    long largest = pixelLimit == null ? ImageReader.MAX_PIXELS : pixelLimit;
    try (OpenModel model = OpenModel.load(files, dtype, limits(), largest)) {
      Evaluator.Outcome outcome = evaluation.run(model, checkpoint, file, (done, of) -> {});
      return evaluation.result(outcome, checkpoint);
    }
  }

  private static @Nullable Long wide(@Nullable Integer pixels) {
    return pixels == null ? null : (Long) pixels.longValue();
  }
}

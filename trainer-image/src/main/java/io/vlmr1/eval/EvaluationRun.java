package io.vlmr1.eval;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Row;
import io.vlmr1.data.TaskPrompt;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a model from its rows to its result file.
 *
 * @param name in the status and of the file
 * @param task what is asked and how answers are counted
 * @param words the training task whose prompt is used
 * @param template an own prompt in place of the task's; null: the task's
 * @param rows where the rows stand
 * @param limits how much is asked
 */
public record EvaluationRun(
    String name,
    EvaluationTask task,
    Task words,
    @Nullable String template,
    DataSource rows,
    Limits limits) {

  /** The evaluation that goes with a training task. */
  public static EvaluationRun of(
      String name, Task task, @Nullable String template, DataSource rows, Limits limits) {
    return new EvaluationRun(name, EvaluationTask.of(task), task, template, rows, limits);
  }

  /**
   * How much is asked.
   *
   * @param maxRows at most so many rows
   * @param maxNewTokens after so many an answer is cut off
   * @param batch rows answered together
   */
  public record Limits(int maxRows, int maxNewTokens, int batch) {}

  /**
   * The rows that one of several processes asks: every `of`-th from `index` on.
   *
   * @param index of the process, from 0
   * @param of processes in all
   */
  public record Share(int index, int of) {
    /** All rows. */
    static final Share ALL = new Share(0, 1);

    boolean whole() {
      return of == 1;
    }

    private List<Row> of(List<Row> rows) {
      return IntStream.range(0, rows.size())
          .filter(i -> i % of == index)
          .mapToObj(rows::get)
          .toList();
    }
  }

  /** What answers. */
  public interface Engine {
    /** `model_type` of the model's config.json. */
    String modelType();

    /** Answers rows in these words. */
    Answerer answerer(TaskPrompt words, int maxNewTokens);
  }

  /** A model in this process as what answers; it stays the caller's. */
  public static Engine with(OpenModel model) {
    return new ModelEngine(model);
  }

  /** As {@link #run(Engine, String, Path, Progress)}, with a model in this process. */
  public Evaluator.Outcome run(
      OpenModel model, String checkpoint, @Nullable Path file, Progress progress) {
    return run(new ModelEngine(model), checkpoint, file, progress);
  }

  /**
   * Asks and counts. With a file, answers are kept beside it while it runs: the same evaluation
   * again asks only what is left.
   *
   * @param checkpoint name of what answers, for the result
   * @param file the result file; null: none is written
   * @param progress told the number of rows done and of all rows after each batch
   * @throws io.vlmr1.api.contract.VlmR1Exception BAD_DATA with every problem of the rows
   */
  public Evaluator.Outcome run(
      Engine engine, String checkpoint, @Nullable Path file, Progress progress) {
    Asking asking = asking(engine, checkpoint);
    IntConsumer told = done -> progress.done(done, asking.chosen().size());
    Judge judge = asking.judging().judge();
    if (file == null) {
      return new Evaluator(asking.answerer(), judge, limits.batch()).run(asking.chosen(), told);
    }
    try (AnswerLog log = AnswerLog.open(file, asking.same(), Share.ALL)) {
      Evaluator.Outcome outcome =
          new Evaluator(log.over(asking.answerer()), judge, limits.batch())
              .run(asking.chosen(), told);
      ResultFile.write(file, result(outcome, checkpoint), outcome.answered(), rows.images());
      log.remove();
      return outcome;
    }
  }

  /**
   * Asks a share of the rows and leaves the answers beside the result file, for {@link #run(Engine,
   * String, Path, Progress)} to count: several processes answer together.
   *
   * @param file the result file, which is not written
   */
  public void answer(Engine engine, String checkpoint, Path file, Share share) {
    Asking asking = asking(engine, checkpoint);
    List<Row> mine = share.of(asking.chosen());
    try (AnswerLog log = AnswerLog.open(file, asking.same(), share)) {
      Answerer answerer = log.over(asking.answerer());
      for (int from = 0; from < mine.size(); from += limits.batch()) {
        answerer.answer(mine.subList(from, Math.min(mine.size(), from + limits.batch())));
      }
    }
  }

  /** Rows that all processes have answered so far, of a result file that is not there yet. */
  public static int answered(Path file) {
    return AnswerLog.answered(file);
  }

  /** Who asks what; `same` is what answers depend on. */
  private record Asking(
      EvaluationTask.Judging judging, List<Row> chosen, Answerer answerer, String same) {}

  private Asking asking(Engine engine, String checkpoint) {
    EvaluationTask.Judging judging = task.judging(engine.modelType());
    DataSet data = DataSet.read(List.of(rows), judging.check(), 0);
    TaskPrompt prompt = prompt(engine.modelType());
    return new Asking(
        judging,
        Evaluator.choose(data.rows(), limits.maxRows()),
        engine.answerer(prompt, limits.maxNewTokens()),
        String.join(
            "\n", checkpoint, prompt.template(), limits.toString(), data.hashes().toString()));
  }

  private TaskPrompt prompt(String modelType) {
    return template == null
        ? task.ownPrompt().orElseGet(() -> TaskPrompt.of(words, modelType, null))
        : new TaskPrompt(template);
  }

  /** The outcome in the words of the contract. */
  public EvaluationResult result(Evaluator.Outcome outcome, String checkpoint) {
    return new EvaluationResult(
        name, task.name().toLowerCase(Locale.ROOT), outcome.metrics(), checkpoint);
  }

  /** Hears how far an evaluation is. */
  public interface Progress {
    /** So many rows of all are done. */
    void done(int rows, int of);
  }
}

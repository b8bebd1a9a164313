package io.vlmr1.eval;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Rewards;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a model folder from its rows to its result file.
 *
 * @param name in the status and of the file
 * @param task what is asked and how answers are counted
 * @param template an own prompt in place of the task's; null: the task's
 * @param rows where the rows stand
 * @param limits how much is asked
 */
public record EvaluationRun(
    String name, Task task, @Nullable String template, DataSource rows, Limits limits) {
  private static final RowCheck HAS_BOX =
      row ->
          RecJudge.hasTruth(row)
              ? List.of()
              : List.of("the answer holds no box [x1, y1, x2, y2]; task rec needs one in each row");

  /**
   * How much is asked.
   *
   * @param maxRows at most so many rows
   * @param maxNewTokens after so many an answer is cut off
   * @param batch rows decoded together
   */
  public record Limits(int maxRows, int maxNewTokens, int batch) {}

  /**
   * Asks and counts.
   *
   * @param checkpoint name of what answers, for the result
   * @param file the result file; null: none is written
   * @param progress told the number of rows done and of all rows after each batch
   * @throws io.vlmr1.api.contract.VlmR1Exception BAD_DATA with every problem of the rows
   */
  public Evaluator.Outcome run(
      OpenModel model, String checkpoint, @Nullable Path file, Progress progress) {
    String modelType = model.model().facts().modelType();
    Judging judging = judging(modelType);
    List<Row> all = DataSet.read(List.of(rows), judging.check(), 0).rows();
    List<Row> chosen = Evaluator.choose(all, limits.maxRows());
    TaskPrompt prompt = TaskPrompt.of(task, modelType, template);
    ModelAnswerer answerer = new ModelAnswerer(model, prompt, limits.maxNewTokens());
    IntConsumer told = done -> progress.done(done, chosen.size());
    Evaluator.Outcome outcome =
        new Evaluator(answerer, judging.judge(), limits.batch()).run(chosen, told);
    if (file != null) {
      ResultFile.write(file, result(outcome, checkpoint), outcome.answered(), rows.images());
    }
    return outcome;
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

  private record Judging(Judge judge, RowCheck check) {}

  private Judging judging(String modelType) {
    if (task == Task.REC) {
      boolean qwen = modelType.startsWith("qwen");
      return new Judging(new RecJudge(qwen ? BoxRule.REC : BoxRule.REC_INTERNVL), HAS_BOX);
    }
    Rewards rewards =
        Rewards.of(List.of(new RewardSpec("accuracy", 1.0)), new RewardContext(task, modelType));
    return new Judging(new RewardJudge(rewards.rewards().get(0)), rewards);
  }
}

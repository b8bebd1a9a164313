package io.vlmr1.eval;

import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.RowCheck;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.reward.RewardContext;
import io.vlmr1.reward.Rewards;
import java.util.List;
import java.util.Optional;

/** What is asked and how answers are counted. */
public enum EvaluationTask {
  /** Referring expressions: one box, IoU above 0.5. */
  REC(Task.REC),

  /**
   * The same of a model that was not trained to think: another prompt, the first box of the text.
   */
  REC_BASELINE(Task.REC),

  /** Object detection as VLM-R1's script: the first object of the first fence, IoU above 0.5. */
  OD(Task.REC),

  /** Open-vocabulary detection: COCO's AP over labelled boxes, and AP after NMS over all labels. */
  OVD(Task.OD_LENGTH),

  /** A point, or a box's centre, inside of the true box. */
  GUI(Task.GUI),

  /** The reward `accuracy` with method math where a row names none. */
  MATH(Task.DEFAULT),

  /** The reward `accuracy` with method mcq where a row names none. */
  CHOICE(Task.DEFAULT),

  /** The reward `accuracy`. */
  ACCURACY(Task.DEFAULT);

  private static final String BASELINE =
      "{Question} Please provide the bounding box coordinate in JSON format.";

  private final Task prompt;

  EvaluationTask(Task prompt) {
    this.prompt = prompt;
  }

  /** How rows of a training task are counted. */
  public static EvaluationTask of(Task task) {
    return switch (task) {
      case REC -> REC;
      case OD_LENGTH -> OVD;
      case GUI -> GUI;
      case DEFAULT, IC -> ACCURACY;
    };
  }

  /** The training task whose prompt is used. */
  public Task prompt() {
    return prompt;
  }

  /** The method of `accuracy` for rows that name none; empty: the data set's. */
  public Optional<String> rewardMethod() {
    return switch (this) {
      case MATH -> Optional.of("math");
      case CHOICE -> Optional.of("mcq");
      case REC, REC_BASELINE, OD, OVD, GUI, ACCURACY -> Optional.empty();
    };
  }

  /** Rows that VLM-R1's script takes of a set. */
  public int rows() {
    return this == OD ? 500 : 2000;
  }

  /** Tokens after which its scripts cut an answer off. */
  public int newTokens(String modelType) {
    return switch (this) {
      case REC, REC_BASELINE, OD -> qwen(modelType) ? 256 : 1024;
      case OVD, GUI, MATH, CHOICE, ACCURACY -> 1024;
    };
  }

  /** The words around a question, in place of a training task's; empty: those of the task. */
  Optional<TaskPrompt> ownPrompt() {
    return this == REC_BASELINE ? Optional.of(new TaskPrompt(BASELINE)) : Optional.empty();
  }

  /**
   * Who counts, and what a row must have to be counted.
   *
   * @param judge of answers
   * @param check of rows
   */
  record Judging(Judge judge, RowCheck check) {}

  Judging judging(String modelType) {
    return switch (this) {
      case REC -> box(new RecJudge(qwen(modelType) ? BoxRule.REC : BoxRule.REC_INTERNVL));
      case REC_BASELINE -> box(new RecJudge(BoxRule.REC_BASELINE));
      case OD -> box(new RecJudge(BoxRule.OD));
      case OVD -> new Judging(new DetectionJudge(), DetectionJudge::problems);
      case GUI -> box(new GuiJudge(qwen(modelType)));
      case MATH, CHOICE, ACCURACY -> {
        Rewards rewards =
            Rewards.of(
                List.of(new RewardSpec("accuracy", 1.0)), new RewardContext(prompt, modelType));
        yield new Judging(new RewardJudge(rewards.rewards().get(0)), rewards);
      }
    };
  }

  private static Judging box(Judge judge) {
    return new Judging(
        judge,
        row ->
            RecJudge.hasTruth(row)
                ? List.of()
                : List.of(
                    "the answer holds no box [x1, y1, x2, y2]; this task needs one in each row"));
  }

  private static boolean qwen(String modelType) {
    return modelType.startsWith("qwen");
  }
}

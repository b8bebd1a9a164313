package io.vlmr1.eval;

import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import java.util.List;
import java.util.Map;

/** Says whether an answer is right: an evaluation's task. */
public interface Judge {

  /**
   * What a judge found.
   *
   * @param correct whether the answer counts as right
   * @param score 0 to 1: its overlap with the truth, or the accuracy reward
   * @param fields what VLM-R1's result file says of the row besides picture, question and answer
   */
  record Verdict(boolean correct, double score, Map<String, Object> fields) {}

  /** Name of the score's mean among the metrics: `iou`, `score`. */
  String scoreName();

  /** Judges one answer; never throws for what a model may write. */
  Verdict judge(Row row, Answer answer);

  /** What can only be said of the whole set; empty when the rows say it all. */
  default Map<String, Double> metrics(List<Row> rows, List<Answer> answers) {
    return Map.of();
  }
}

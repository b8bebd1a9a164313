package io.vlmr1.eval;

import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.eval.LabelledBoxes.Labelled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Open-vocabulary detection. A row is right when every true box is found and nothing else is (IoU
 * 0.5, same label); the set's numbers are COCO's AP and AR over all rows, all scores 1 in the order
 * of the answer, and NMS-AP: AP after class-agnostic suppression at IoU 0.5, in which also boxes
 * with wrong labels take part (Yao et al. 2023, OVDEval), so that naming one thing twice costs.
 */
final class DetectionJudge implements Judge {
  private static final double MATCH = 0.5;

  static List<String> problems(Row row) {
    boolean usable =
        LabelledBoxes.none(row.solution()) || !LabelledBoxes.ofTruth(row.solution()).isEmpty();
    return usable
        ? List.of()
        : List.of(
            "the answer holds no list of {\"bbox_2d\": […], \"label\": …}; this task needs one, or"
                + " None");
  }

  @Override
  public String scoreName() {
    return "f1";
  }

  @Override
  public Verdict judge(Row row, Answer answer) {
    List<Labelled> truth = LabelledBoxes.ofTruth(row.solution());
    List<Labelled> found = LabelledBoxes.ofAnswer(answer.text());
    int hits = hits(truth, found);
    int all = truth.size() + found.size();
    double score = all == 0 ? 1 : 2.0 * hits / all;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ground_truth", boxes(truth));
    fields.put("extracted_answer", boxes(found));
    fields.put("f1", score);
    return new Verdict(score == 1, score, fields);
  }

  private static int hits(List<Labelled> truth, List<Labelled> found) {
    boolean[] taken = new boolean[truth.size()];
    int hits = 0;
    for (Labelled one : found) {
      int best = -1;
      double reach = MATCH;
      for (int i = 0; i < taken.length; i++) {
        Labelled other = truth.get(i);
        double iou = CocoAp.iou(one.corners(), other.corners());
        if (!taken[i] && other.label().equals(one.label()) && iou >= reach) {
          best = i;
          reach = iou;
        }
      }
      if (best >= 0) {
        taken[best] = true;
        hits++;
      }
    }
    return hits;
  }

  @Override
  public Map<String, Double> metrics(List<Row> rows, List<Answer> answers) {
    CocoAp plain = new CocoAp();
    CocoAp suppressed = new CocoAp();
    for (int image = 0; image < rows.size(); image++) {
      for (Labelled one : LabelledBoxes.ofTruth(rows.get(image).solution())) {
        plain.truth(image, one.label(), one.corners());
        suppressed.truth(image, one.label(), one.corners());
      }
      List<Labelled> found = LabelledBoxes.ofAnswer(answers.get(image).text());
      for (Labelled one : found) {
        plain.found(image, one.label(), one.corners(), 1);
      }
      for (Labelled one : suppress(found)) {
        suppressed.found(image, one.label(), one.corners(), 1);
      }
    }
    Map<String, Double> metrics = new LinkedHashMap<>(plain.numbers());
    metrics.put("NMS-AP", suppressed.numbers().getOrDefault("AP", -1.0));
    return metrics;
  }

  /** Keeps of boxes that overlap, whatever their labels, the first. */
  static List<Labelled> suppress(List<Labelled> found) {
    List<Labelled> kept = new ArrayList<>();
    for (Labelled one : found) {
      boolean free =
          kept.stream().noneMatch(other -> CocoAp.iou(one.corners(), other.corners()) > MATCH);
      if (free) {
        kept.add(one);
      }
    }
    return kept;
  }

  private static List<Map<String, Object>> boxes(List<Labelled> boxes) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Labelled one : boxes) {
      Map<String, Object> box = new LinkedHashMap<>();
      box.put("bbox_2d", one.list());
      box.put("label", one.label());
      list.add(box);
    }
    return list;
  }
}

package io.vlmr1.eval;

import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.reward.Completion.PictureSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Referring expressions: right when the box overlaps the truth by more than a half. The box is the
 * last of the first answer (training takes the first).
 */
final class RecJudge implements Judge {
  private static final String NUMBER = "\\s*(-?\\d+(?:\\.\\d+)?)\\s*";
  private static final Pattern TRUTH =
      Pattern.compile("\\[" + NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER + "\\]");

  private final BoxRule rule;

  RecJudge(BoxRule rule) {
    this.rule = rule;
  }

  /** Whether a row's solution holds a box. */
  static boolean hasTruth(Row row) {
    return TRUTH.matcher(row.solution()).find();
  }

  @Override
  public String scoreName() {
    return "iou";
  }

  @Override
  public Verdict judge(Row row, Answer answer) {
    Box truth = truth(row);
    PictureSize size =
        answer.pictures().isEmpty() ? new PictureSize(1, 1, 1, 1) : answer.pictures().get(0);
    Box read = rule.read(answer.text()).orElse(Box.NONE);
    Box box = rule.rescaled() ? read.rescaled(size) : read;
    double iou = box.iou(truth);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ground_truth", truth.corners().stream().map(RecJudge::whole).toList());
    fields.put("input_size", List.of(size.inputHeight(), size.inputWidth()));
    fields.put("image_size", List.of(size.height(), size.width()));
    fields.put("extracted_answer", box.corners());
    fields.put("iou", iou);
    return new Verdict(iou > 0.5, iou, fields);
  }

  /** The first box of a row's solution. */
  static Box truth(Row row) {
    Matcher found = TRUTH.matcher(row.solution());
    return found.find()
        ? new Box(corner(found, 1), corner(found, 2), corner(found, 3), corner(found, 4))
        : Box.NONE;
  }

  private static double corner(Matcher found, int group) {
    return Double.parseDouble(found.group(group));
  }

  private static Object whole(double corner) {
    return corner == Math.rint(corner) ? (Object) (long) corner : (Object) corner;
  }
}

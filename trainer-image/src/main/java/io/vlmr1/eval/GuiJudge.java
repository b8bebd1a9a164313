package io.vlmr1.eval;

import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.reward.Completion.PictureSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Places on screens: right when the answered point, or the middle of the answered box, lies inside
 * of the true box. The place is the first pair or foursome of numbers in brackets in the first
 * answer, else in the whole text. Score: 1 or 0 for a point, the IoU for a box.
 */
final class GuiJudge implements Judge {
  private static final String NUMBER = "\\s*(-?\\d{1,9}(?:\\.\\d{1,9})?)\\s*";
  private static final Pattern PLACE =
      Pattern.compile(
          "[\\[(]" + NUMBER + "," + NUMBER + "(?:," + NUMBER + "," + NUMBER + ")?[\\])]");
  private static final Pattern ANSWER = Pattern.compile("<answer>(.*?)</answer>", Pattern.DOTALL);

  private final boolean rescaled;

  /** `rescaled`: whether the model writes pixels of the picture as it saw it. */
  GuiJudge(boolean rescaled) {
    this.rescaled = rescaled;
  }

  @Override
  public String scoreName() {
    return "score";
  }

  @Override
  public Verdict judge(Row row, Answer answer) {
    Box truth = RecJudge.truth(row);
    PictureSize size =
        answer.pictures().isEmpty() ? new PictureSize(1, 1, 1, 1) : answer.pictures().get(0);
    List<Double> numbers = numbers(answer.text());
    Box place =
        switch (numbers.size()) {
          case 2 -> new Box(numbers.get(0), numbers.get(1), numbers.get(0), numbers.get(1));
          case 4 -> new Box(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
          default -> Box.NONE;
        };
    Box seen = rescaled ? place.rescaled(size) : place;
    double x = (seen.left() + seen.right()) / 2;
    double y = (seen.top() + seen.bottom()) / 2;
    boolean inside =
        !numbers.isEmpty()
            && x >= truth.left()
            && x <= truth.right()
            && y >= truth.top()
            && y <= truth.bottom();
    double score = numbers.size() == 4 ? seen.iou(truth) : inside ? 1 : 0;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ground_truth", truth.corners());
    fields.put("input_size", List.of(size.inputHeight(), size.inputWidth()));
    fields.put("image_size", List.of(size.height(), size.width()));
    fields.put("extracted_answer", numbers.size() == 2 ? List.of(x, y) : seen.corners());
    fields.put("score", score);
    return new Verdict(inside, score, fields);
  }

  private static List<Double> numbers(String text) {
    Matcher answer = ANSWER.matcher(text);
    Matcher found = PLACE.matcher(answer.find() ? answer.group(1) : text);
    List<Double> numbers = new ArrayList<>();
    if (found.find()) {
      for (int i = 1; i <= 4; i++) {
        if (found.group(i) != null) {
          numbers.add(Double.valueOf(found.group(i)));
        }
      }
    }
    return numbers;
  }
}

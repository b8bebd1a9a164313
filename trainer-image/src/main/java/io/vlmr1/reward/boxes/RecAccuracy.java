package io.vlmr1.reward.boxes;

import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import io.vlmr1.reward.Completion;
import io.vlmr1.reward.Reward;
import io.vlmr1.reward.Score;
import io.vlmr1.reward.accuracy.AccuracyMethods;
import io.vlmr1.reward.text.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Referring expressions: intersection over union of the first box in the first answer with the true
 * box.
 *
 * @param name `accuracy`, or `plain_iou`
 * @param family how boxes are read
 */
public record RecAccuracy(String name, RecFamily family) implements Reward, RowCheck {

  @Override
  public Score score(Completion completion) {
    Optional<Box> truth = Box.truth(completion.row().solution());
    if (truth.isEmpty()) {
      return Score.notApplicable("the solution holds no box");
    }
    Optional<String> answer = Tags.firstAnswer(completion.text());
    if (answer.isEmpty()) {
      return Score.of(0, "no <answer> with </answer>");
    }
    Optional<Box> read = Box.first(answer.get());
    if (read.isEmpty()) {
      return Score.of(0, "no [x1, y1, x2, y2] of whole numbers in the answer");
    }
    boolean rescale = family.rescaled() && !completion.pictures().isEmpty();
    Box box = rescale ? read.get().rescaled(completion.pictures().get(0)) : read.get();
    double iou = box.intersectionOverUnion(truth.get(), family.leastOverlap());
    return Score.of(
        iou, String.format(Locale.ROOT, "IoU %.2f of %s with %s", iou, box, truth.get()));
  }

  @Override
  public List<String> problems(Row row) {
    List<String> problems = new ArrayList<>();
    AccuracyMethods.unknown(row).ifPresent(problems::add);
    if (Box.truth(row.solution()).isEmpty()) {
      problems.add(
          "the answer "
              + Tags.shown(Tags.firstAnswerOrAll(row.solution()))
              + " is no box; task rec needs [x1, y1, x2, y2]");
    }
    return problems;
  }
}

package io.vlmr1.reward;

import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import java.util.List;
import java.util.Optional;

/** Compares the answer with the truth by the method that the row names. */
final class AccuracyReward implements Reward, RowCheck {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Score score(Completion completion) {
    Row row = completion.row();
    return AccuracyMethods.find(row.rewardMethod())
        .map(method -> method.score(completion.text(), row.solution()))
        .orElseGet(() -> Score.notApplicable("no method " + row.rewardMethod()));
  }

  @Override
  public List<String> problems(Row row) {
    Optional<AccuracyMethod> method = AccuracyMethods.find(row.rewardMethod());
    if (method.isEmpty()) {
      return AccuracyMethods.unknown(row).map(List::of).orElse(List.of());
    }
    return method.get().unusable(row.solution()).map(List::of).orElse(List.of());
  }
}

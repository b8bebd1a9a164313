package io.vlmr1.reward.accuracy;

import io.vlmr1.reward.Score;
import io.vlmr1.reward.text.Choice;
import io.vlmr1.reward.text.Tags;
import java.util.Optional;

/** Multiple choice: the letter of the first answer equals that of the truth. */
public final class ChoiceMethod implements AccuracyMethod {
  @Override
  public String name() {
    return "mcq";
  }

  @Override
  public Score score(String completion, String solution) {
    String truth = Tags.firstAnswerOrAll(solution);
    Optional<String> right = Choice.marked(truth);
    String answer = Tags.firstAnswerOrAll(completion);
    Optional<String> chosen = Choice.marked(answer);
    if (chosen.isEmpty()) {
      return Score.of(0, "no choice in " + Tags.shown(answer));
    }
    boolean equal = chosen.equals(right);
    return Score.of(
        equal ? 1 : 0,
        "chose " + chosen.get() + ", " + right.orElse(Tags.shown(truth)) + " is right");
  }

  @Override
  public Score original(String completion, String solution) {
    String truth = DefaultMethod.originalTruth(solution);
    String right = Choice.in(truth).orElse(solution.strip());
    String answer = Tags.firstAnswerOrAll(completion);
    Optional<String> chosen = Choice.in(answer);
    return chosen.isEmpty()
        ? Score.of(0, "no choice in " + Tags.shown(answer))
        : Score.of(
            chosen.get().equals(right) ? 1 : 0,
            "chose " + chosen.get() + ", " + right + " is right");
  }
}

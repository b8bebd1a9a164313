package io.vlmr1.reward.accuracy;

import io.vlmr1.reward.Score;
import io.vlmr1.reward.math.BareText;
import io.vlmr1.reward.math.MathEquality;
import io.vlmr1.reward.text.CleanText;
import io.vlmr1.reward.text.LatexText;
import io.vlmr1.reward.text.Tags;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Methods that compare cleaned texts, and formulas. */
final class MathMethods {
  private MathMethods() {}

  /** Equal cleaned texts. */
  record AllMatch() implements AccuracyMethod {
    @Override
    public String name() {
      return "all_match";
    }

    @Override
    public Score score(String completion, String solution) {
      String answer = CleanText.of(completion);
      String truth = CleanText.of(solution);
      boolean equal = answer.equals(truth);
      return verdict(equal, answer, equal ? " is " : " is not ", truth);
    }
  }

  /** Equal texts, numbers, or formulas in one spelling: as VLM-R1's `math`. */
  record Spelled() implements AccuracyMethod {
    @Override
    public String name() {
      return "math";
    }

    @Override
    public Score score(String completion, String solution) {
      String answer = CleanText.of(completion);
      String truth = CleanText.of(solution);
      if (answer.equals(truth)) {
        return verdict(true, answer, " is ", truth);
      }
      boolean equal = BareText.same(answer, truth) || LatexText.same(answer, truth);
      return verdict(equal, answer, equal ? " equals " : " does not equal ", truth);
    }
  }

  /** Equal in value, as a person who knows mathematics reads both. */
  static final class Understood implements AccuracyMethod {
    private static final int KEPT = 20_000;

    /** Truths read once, when the data is checked. */
    private final Map<String, MathEquality.Answer> truths =
        Collections.synchronizedMap(
            new LinkedHashMap<>(16, 0.75f, true) {
              private static final long serialVersionUID = 1;

              @Override
              protected boolean removeEldestEntry(Map.Entry<String, MathEquality.Answer> eldest) {
                return size() > KEPT;
              }
            });

    @Override
    public String name() {
      return "math_equal";
    }

    private MathEquality.Answer truth(String solution) {
      return truths.computeIfAbsent(
          solution, key -> MathEquality.OWN.read(Tags.firstAnswerOrAll(key)));
    }

    @Override
    public Score score(String completion, String solution) {
      String answer = Tags.lastAnswerOrAll(completion);
      MathEquality.Outcome outcome =
          MathEquality.OWN.compare(MathEquality.OWN.read(answer), truth(solution));
      String verb = outcome.equal() ? " equals " : " is " + outcome.reason() + " to ";
      return verdict(outcome.equal(), answer, verb, Tags.firstAnswerOrAll(solution));
    }

    @Override
    public Optional<String> unusable(String solution) {
      boolean empty = Tags.firstAnswerOrAll(solution).isBlank();
      truth(solution);
      return empty ? Optional.of("the answer is empty; give it a formula") : Optional.empty();
    }
  }

  static Score verdict(boolean equal, String answer, String verb, String truth) {
    return Score.of(equal ? 1 : 0, Tags.shown(answer) + verb + Tags.shown(truth));
  }
}

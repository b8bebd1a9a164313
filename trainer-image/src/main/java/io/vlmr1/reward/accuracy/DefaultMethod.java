package io.vlmr1.reward.accuracy;

import io.vlmr1.data.Whitespace;
import io.vlmr1.reward.Score;
import io.vlmr1.reward.math.BareText;
import io.vlmr1.reward.text.Choice;
import io.vlmr1.reward.text.CleanText;
import io.vlmr1.reward.text.NumberEquality;
import io.vlmr1.reward.text.NumbersIn;
import io.vlmr1.reward.text.Similarity;
import io.vlmr1.reward.text.Tags;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Equal as numbers; else, when the truth holds a digit, equal as Python's numbers or alike as text;
 * else the same choice; else alike as text. The answer is the last `<answer>`.
 */
public final class DefaultMethod implements AccuracyMethod {
  @Override
  public String name() {
    return "default";
  }

  @Override
  public Score score(String completion, String solution) {
    String answer = Tags.lastAnswerOrAll(completion);
    String truth = Tags.firstAnswerOrAll(solution);
    if (BareText.same(answer, truth) && NumbersIn.of(answer).mayAnswer(NumbersIn.of(truth))) {
      return Score.of(1, Tags.shown(answer) + " equals " + Tags.shown(truth));
    }
    return byText(answer, truth, false);
  }

  @Override
  public Score original(String completion, String solution) {
    String answer = Tags.lastAnswerOrAll(completion);
    String truth = originalTruth(solution);
    return BareText.same(answer, truth)
        ? Score.of(1, Tags.shown(answer) + " equals " + Tags.shown(truth))
        : byText(answer, truth, true);
  }

  /** VLM-R1 finds the tags of a truth in one line only. */
  static String originalTruth(String solution) {
    Optional<String> answer = Tags.firstAnswer(solution);
    return answer.isPresent() && answer.get().indexOf('\n') < 0
        ? Tags.firstAnswerOrAll(solution)
        : Whitespace.strip(solution);
  }

  private static Score byText(String answer, String truth, boolean original) {
    if (truth.codePoints().anyMatch(Character::isDigit)) {
      return numeric(answer, truth, original);
    }
    Optional<String> right = Choice.in(truth);
    return right.isPresent() ? choice(answer, right.get()) : alike(answer, truth);
  }

  private static Score numeric(String answer, String truth, boolean original) {
    Optional<BigInteger> one = NumberEquality.integer(answer);
    Optional<BigInteger> other = NumberEquality.integer(truth);
    OptionalDouble equal =
        !original && one.isPresent() && other.isPresent()
            ? OptionalDouble.of(one.equals(other) ? 1 : 0) // exact beyond what a double holds
            : NumberEquality.of(answer, truth);
    if (equal.isEmpty()) {
      return alike(answer, truth);
    }
    String verb = equal.getAsDouble() == 1 ? " equals " : " does not equal ";
    return Score.of(equal.getAsDouble(), Tags.shown(answer) + verb + Tags.shown(truth));
  }

  private static Score choice(String answer, String right) {
    Optional<String> chosen = Choice.in(answer);
    if (chosen.isEmpty()) {
      return Score.of(0, "no choice in " + Tags.shown(answer) + ", " + right + " is right");
    }
    return chosen.get().equals(right)
        ? Score.of(1, "chose " + right)
        : Score.of(0, "chose " + chosen.get() + ", " + right + " is right");
  }

  private static Score alike(String answer, String truth) {
    double ratio = Similarity.ratio(CleanText.of(answer), CleanText.of(truth));
    return Score.of(
        ratio,
        String.format(
            Locale.ROOT, "%s is %.2f like %s", Tags.shown(answer), ratio, Tags.shown(truth)));
  }
}

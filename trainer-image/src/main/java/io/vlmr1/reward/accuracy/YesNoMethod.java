package io.vlmr1.reward.accuracy;

import io.vlmr1.reward.Score;
import io.vlmr1.reward.text.CleanText;
import io.vlmr1.reward.text.Tags;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first whole word yes or no of the first answer equals that of the truth; a truth with neither
 * is compared as text.
 */
public final class YesNoMethod implements AccuracyMethod {
  private static final Pattern YES_OR_NO = Pattern.compile("(?<![a-z])(yes|no)(?![a-z])");

  @Override
  public String name() {
    return "yes_no";
  }

  @Override
  public Score score(String completion, String solution) {
    String answer = Tags.firstAnswerOrAll(completion);
    String truth = Tags.firstAnswerOrAll(solution);
    Optional<String> right = word(truth);
    if (right.isEmpty()) {
      boolean equal = CleanText.of(answer).equals(CleanText.of(truth));
      return Score.of(
          equal ? 1 : 0, Tags.shown(answer) + (equal ? " is " : " is not ") + Tags.shown(truth));
    }
    Optional<String> said = word(answer);
    return Score.of(
        said.equals(right) ? 1 : 0,
        said.map(word -> "says " + word).orElse("says neither yes nor no")
            + ", truth is "
            + right.get());
  }

  private static Optional<String> word(String text) {
    Matcher found = YES_OR_NO.matcher(text.toLowerCase(Locale.ROOT));
    return found.find() ? Optional.of(found.group()) : Optional.empty();
  }

  /** Its code finds the two inside of words, and one that neither side has is equal. */
  @Override
  public Score original(String completion, String solution) {
    String answer = Tags.firstAnswerOrAll(completion.toLowerCase(Locale.ROOT));
    String truth = DefaultMethod.originalTruth(solution.toLowerCase(Locale.ROOT));
    String said = inside(answer);
    String right = inside(truth);
    return Score.of(
        said.equals(right) ? 1 : 0, "says \"" + said + "\", truth is \"" + right + "\"");
  }

  private static String inside(String text) {
    int yes = text.indexOf("yes");
    int no = text.indexOf("no");
    if (yes < 0 && no < 0) {
      return "";
    }
    return no < 0 || (yes >= 0 && yes < no) ? "yes" : "no";
  }
}

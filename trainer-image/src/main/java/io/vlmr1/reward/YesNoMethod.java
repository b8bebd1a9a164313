package io.vlmr1.reward;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first whole word yes or no of the first answer equals that of the truth; a truth with neither
 * is compared as text.
 */
final class YesNoMethod implements AccuracyMethod {
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
}

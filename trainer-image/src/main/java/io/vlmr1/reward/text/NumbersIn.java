package io.vlmr1.reward.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of a short answer and the words beside them: "x = 5", "50%", "The answer is 12.".
 *
 * @param count how many numbers the text has
 * @param words the letters beside the numbers, in lower case
 */
public record NumbersIn(int count, List<String> words) {
  /** Longer texts are no numbers with a word beside them; reading them all would only cost time. */
  private static final int LONGEST = 2000;

  private static final String PLAIN =
      "\\d{1,3}+(?:,\\d{3})++(?:\\.\\d++)?|\\d{1,3}+(?: \\d{3})++(?!\\d)|\\d++,\\d++(?![,\\d])|(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:e[+-]?\\d{1,3}+)?";
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<fraction>-?\\\\frac\\{(-?\\d++)\\}\\{(\\d++)\\})"
              + "|(?<ratio>(?<![\\d/.])-?\\d++/\\d++(?![\\d/.]))"
              + "|(?<plain>[+-]?(?:"
              + PLAIN
              + "))(?<percent>\\s?\\\\?%)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern WORD = Pattern.compile("\\\\?\\p{L}++");

  /** A number that touches a tag does not count for math-verify, on which the scores rest. */
  private static final Pattern TOUCHES_TAG = Pattern.compile(">-?\\d++");

  public NumbersIn {
    words = List.copyOf(words);
  }

  /** The value of a text; without numbers when there is none. */
  public static NumbersIn of(String text) {
    String plain = NumberEquality.asciiDigits(text);
    if (plain.length() > LONGEST) {
      return new NumbersIn(0, List.of());
    }
    plain = TOUCHES_TAG.matcher(plain).replaceAll("> ");
    if (plain.contains("$") || plain.contains("\\boxed")) {
      plain = plain.replaceAll("\\\\[dt]frac", "\\\\frac");
    }
    Matcher found = NUMBER.matcher(plain);
    StringBuilder beside = new StringBuilder();
    int count = 0;
    while (found.find()) {
      count++;
      found.appendReplacement(beside, " ");
    }
    found.appendTail(beside);
    return new NumbersIn(count, words(beside.toString()));
  }

  /**
   * Whether this answer may say the same as a truth that it equals by its last number: not one
   * number for several, and not with other words beside it.
   */
  public boolean mayAnswer(NumbersIn truth) {
    if (count == 0 || truth.count == 0 || (truth.count > 1 && count == 1)) {
      return count == truth.count;
    }
    return words.isEmpty()
        || truth.words.isEmpty()
        || String.join("", words).endsWith(String.join("", truth.words));
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher found = WORD.matcher(text);
    while (found.find()) {
      String word = found.group();
      if (!word.startsWith("\\")) {
        words.add(word.toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }
}

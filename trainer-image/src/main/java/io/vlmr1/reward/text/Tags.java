package io.vlmr1.reward.text;

import io.vlmr1.data.Whitespace;
import java.util.Optional;

/**
 * Parts of a completion between tags, found by plain search: no text makes it slow, as a regular
 * expression could be.
 */
public final class Tags {
  private static final String ANSWER = "<answer>";
  private static final String ANSWER_END = "</answer>";

  private Tags() {}

  /** What stands in the first `<answer>…</answer>`. */
  public static Optional<String> firstAnswer(String text) {
    int from = text.indexOf(ANSWER);
    int to = from < 0 ? -1 : text.indexOf(ANSWER_END, from + ANSWER.length());
    return to < 0 ? Optional.empty() : Optional.of(text.substring(from + ANSWER.length(), to));
  }

  /**
   * What stands in the last `<answer>…</answer>`, pairs counted from the front as `re.findall`
   * does.
   */
  public static Optional<String> lastAnswer(String text) {
    Optional<String> last = Optional.empty();
    int at = 0;
    while (true) {
      int from = text.indexOf(ANSWER, at);
      int to = from < 0 ? -1 : text.indexOf(ANSWER_END, from + ANSWER.length());
      if (to < 0) {
        return last;
      }
      last = Optional.of(text.substring(from + ANSWER.length(), to));
      at = to + ANSWER_END.length();
    }
  }

  /** The last answer, else the whole text; without white space around it. */
  public static String lastAnswerOrAll(String text) {
    return Whitespace.strip(lastAnswer(text).orElse(text));
  }

  /** The first answer, else the whole text; without white space around it. */
  public static String firstAnswerOrAll(String text) {
    return Whitespace.strip(firstAnswer(text).orElse(text));
  }

  /** A text short enough for a reason. */
  public static String shown(String text) {
    String line = text.replace("\n", "\\n").replace("\r", "\\r");
    return line.codePointCount(0, line.length()) <= 60
        ? "\"" + line + "\""
        : "\"" + line.substring(0, line.offsetByCodePoints(0, 57)) + "…\"";
  }
}

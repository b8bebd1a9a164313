package io.vlmr1.reward.text;

import io.vlmr1.data.Whitespace;
import java.util.Optional;

/** Code fences in a text, found by plain search. */
public final class Fences {
  private static final String JSON = "```json";
  private static final String FENCE = "```";

  private Fences() {}

  /** What stands in the first fence of JSON, without white space around it. */
  public static Optional<String> first(String text) {
    return first(text, JSON);
  }

  /** What stands in the first fence of any kind, its name included. */
  public static Optional<String> firstOfAny(String text) {
    return first(text, FENCE);
  }

  private static Optional<String> first(String text, String open) {
    int from = text.indexOf(open);
    int to = from < 0 ? -1 : text.indexOf(FENCE, from + open.length());
    return to < 0
        ? Optional.empty()
        : Optional.of(Whitespace.strip(text.substring(from + open.length(), to)));
  }

  /** What stands in the last fence of JSON, pairs counted from the front as `re.findall` does. */
  public static Optional<String> last(String text) {
    Optional<String> last = Optional.empty();
    int at = 0;
    while (true) {
      int from = text.indexOf(JSON, at);
      int to = from < 0 ? -1 : text.indexOf(FENCE, from + JSON.length());
      if (to < 0) {
        return last;
      }
      last = Optional.of(Whitespace.strip(text.substring(from + JSON.length(), to)));
      at = to + FENCE.length();
    }
  }
}

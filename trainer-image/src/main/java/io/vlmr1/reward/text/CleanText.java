package io.vlmr1.reward.text;

import io.vlmr1.data.Whitespace;
import java.util.Locale;

/** Texts before they are compared. */
public final class CleanText {
  private CleanText() {}

  /**
   * The last answer if there is one, in lower case, in one line, without white space around it and
   * without final stops. Source: `clean_text` of VLM-R1.
   */
  public static String of(String text) {
    String line = Tags.lastAnswer(text).orElse(text);
    line = inLine(inLine(line, '\n'), '\r');
    line = Whitespace.strip(line);
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '.') {
      end--;
    }
    return line.substring(0, end).toLowerCase(Locale.ROOT);
  }

  /** Drops a line end that follows white space, and writes a blank for any other. */
  private static String inLine(String text, char lineEnd) {
    StringBuilder dropped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      boolean afterSpace = i > 0 && Whitespace.is(text.charAt(i - 1));
      if (text.charAt(i) != lineEnd || !afterSpace) {
        dropped.append(text.charAt(i));
      }
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < dropped.length(); i++) {
      char letter = dropped.charAt(i);
      boolean afterSpace = i > 0 && Whitespace.is(dropped.charAt(i - 1));
      line.append(letter == lineEnd && !afterSpace ? ' ' : letter);
    }
    return line.toString();
  }
}

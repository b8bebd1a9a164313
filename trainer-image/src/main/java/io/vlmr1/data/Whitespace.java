package io.vlmr1.data;

/** White space as Python knows it: Unicode's, no-break and full-width spaces included. */
public final class Whitespace {
  private Whitespace() {}

  /** As `str.isspace()` of one code point. */
  public static boolean is(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85;
  }

  /** As `str.strip()`. */
  public static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && is(text.charAt(start))) {
      start++;
    }
    while (end > start && is(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }
}

package io.vlmr1.reward.math;

import java.util.Locale;
import java.util.regex.Pattern;

/** Answers in words, as they are compared. */
final class Texts {
  private static final Pattern COMMAND =
      Pattern.compile("\\\\(?:textbf|textit|textrm|text|mathrm|mathbf|mbox|boxed|left|right)");
  private static final Pattern BEYOND = Pattern.compile("[^\\p{L}\\p{N}\\p{M}+-]++");

  private Texts() {}

  /**
   * Letters and digits in lower case with single blanks between; brackets and stops are dropped.
   */
  static String plain(String text) {
    String bare = COMMAND.matcher(text).replaceAll(" ");
    return BEYOND.matcher(bare).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  /** The formula without what only changes its look: equal ones are surely equal. */
  static String form(String text) {
    StringBuilder form = new StringBuilder();
    try {
      for (Token token : Lexer.tokens(text)) {
        form.append(token.kind() == Token.Kind.COMMAND ? "\\" : "")
            .append(token.text())
            .append(' ');
      }
    } catch (NotMath e) {
      return text.strip();
    }
    return form.toString().replace("{ ", "").replace("} ", "").strip();
  }

  /** Whether the text is words rather than a formula. */
  static boolean words(String text) {
    String bare = text.strip();
    if (bare.matches("\\\\(?:text|textbf|textit|textrm|mbox|mathrm)\\s*\\{[^{}]*+\\}")) {
      return true;
    }
    boolean letters = bare.length() <= 3 && bare.matches("[^aeiouyAEIOU]*+|[xyzabc]{3}");
    boolean choices = bare.matches("\\p{L}(?: and \\p{L}| or \\p{L})+");
    return !letters
        && !choices
        && bare.matches("\\(?[\\p{L}][\\p{L}\\p{M}' -]++\\)?\\.?")
        && bare.chars().filter(Character::isLetter).count() >= 3
        && !Spelling.plainCommand(bare)
        && bare.indexOf('-') != 1;
  }
}

package io.vlmr1.reward.math;

/**
 * The smallest piece of a formula.
 *
 * @param kind what it is
 * @param text digits without separators, a letter, a command without backslash, words, or a sign
 * @param spaced whether a blank stood before it
 */
record Token(Kind kind, String text, boolean spaced) {
  /** What a piece can be. */
  enum Kind {
    NUMBER,
    LETTER,
    COMMAND,
    WORDS,
    SIGN,
    END
  }

  boolean is(Kind other, String name) {
    return kind == other && text.equals(name);
  }

  boolean sign(String name) {
    return is(Kind.SIGN, name);
  }

  boolean command(String name) {
    return is(Kind.COMMAND, name);
  }

  /** Whether it stands between alternatives: `or`, `and`. */
  boolean joins() {
    return kind == Kind.WORDS && (text.equals("or") || text.equals("and"));
  }
}

package io.vlmr1.reward.text;

import io.vlmr1.data.Whitespace;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Texts that are numbers, read as Python reads them. */
public final class NumberEquality {
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:\\d++(?:_\\d++)*+\\.?|(?:\\d++(?:_\\d++)*+)?\\.\\d++(?:_\\d++)*+)(?:e[+-]?\\d++(?:_\\d++)*+)?");

  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d++");

  private NumberEquality() {}

  /**
   * 1 or 0 for two numbers that are equal or not; empty when a text is none. Source:
   * `numeric_reward` of VLM-R1.
   */
  public static OptionalDouble of(String answer, String truth) {
    OptionalDouble one = number(CleanText.of(answer));
    OptionalDouble other = number(CleanText.of(truth));
    return one.isPresent() && other.isPresent()
        ? OptionalDouble.of(one.getAsDouble() == other.getAsDouble() ? 1 : 0)
        : OptionalDouble.empty();
  }

  /** As `float(text)`. */
  public static OptionalDouble number(String text) {
    String plain = asciiDigits(Whitespace.strip(text)).toLowerCase(Locale.ROOT);
    if (FLOAT.matcher(plain).matches()) {
      return OptionalDouble.of(Double.parseDouble(plain.replace("_", "")));
    }
    return switch (plain) {
      case "inf", "+inf", "infinity", "+infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      case "nan", "+nan", "-nan" -> OptionalDouble.of(Double.NaN);
      default -> OptionalDouble.empty();
    };
  }

  /** A whole number of any size, written in digits alone. */
  public static Optional<BigInteger> integer(String text) {
    String plain = asciiDigits(CleanText.of(text));
    return INTEGER.matcher(plain).matches() ? Optional.of(new BigInteger(plain)) : Optional.empty();
  }

  /** Digits of every script as those of ASCII. */
  public static String asciiDigits(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .forEach(
            point ->
                result.appendCodePoint(
                    Character.isDigit(point) ? '0' + Character.digit(point, 10) : point));
    return result.toString();
  }
}

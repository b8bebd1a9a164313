package io.vlmr1.reward;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number that a short answer comes to: "x = 5", "50%", "1,234", "\frac{1}{2}", "The answer is
 * 12.". As math-verify does with bare text, the last number counts; it is exact, as a fraction.
 * Symbols are not computed with.
 *
 * @param numerator of each value; a percentage has two, as written and divided by a hundred
 * @param denominator of each value, in the same order
 * @param count how many numbers the text has
 * @param words the letters beside the last number, in lower case
 */
record MathValue(
    List<BigInteger> numerator, List<BigInteger> denominator, int count, List<String> words) {
  /** Longer texts are no numbers with a word beside them; reading them all would only cost time. */
  private static final int LONGEST = 2000;

  private static final int DECIMALS = 6;
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

  MathValue {
    numerator = List.copyOf(numerator);
    denominator = List.copyOf(denominator);
    words = List.copyOf(words);
  }

  /** The value of a text; without numbers when there is none. */
  static MathValue of(String text) {
    String plain = NumberEquality.asciiDigits(text);
    if (plain.length() > LONGEST) {
      return new MathValue(List.of(), List.of(), 0, List.of());
    }
    plain = TOUCHES_TAG.matcher(plain).replaceAll("> ");
    if (plain.contains("$") || plain.contains("\\boxed")) {
      plain = plain.replaceAll("\\\\[dt]frac", "\\\\frac");
    }
    List<BigInteger> numerator = new ArrayList<>();
    List<BigInteger> denominator = new ArrayList<>();
    Matcher found = NUMBER.matcher(plain);
    StringBuilder beside = new StringBuilder();
    int count = 0;
    while (found.find()) {
      count++;
      numerator.clear();
      denominator.clear();
      read(found, numerator, denominator);
      found.appendReplacement(beside, " ");
    }
    found.appendTail(beside);
    return new MathValue(numerator, denominator, count, words(beside.toString()));
  }

  /**
   * Whether this answer says the same as a truth: equal exactly, or both rounded to six decimals;
   * not one number for several, and not with other words beside it.
   */
  boolean says(MathValue truth) {
    if (count == 0 || truth.count == 0 || (truth.count > 1 && count == 1)) {
      return false;
    }
    boolean wordsDiffer =
        !words.isEmpty()
            && !truth.words.isEmpty()
            && !String.join("", words).endsWith(String.join("", truth.words));
    if (wordsDiffer) {
      return false;
    }
    for (int i = 0; i < numerator.size(); i++) {
      for (int j = 0; j < truth.numerator.size(); j++) {
        if (equal(i, truth, j)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean equal(int i, MathValue truth, int j) {
    BigInteger across = numerator.get(i).multiply(truth.denominator.get(j));
    BigInteger back = truth.numerator.get(j).multiply(denominator.get(i));
    if (across.equals(back)) {
      return true;
    }
    boolean whole =
        denominator.get(i).equals(BigInteger.ONE)
            && truth.denominator.get(j).equals(BigInteger.ONE);
    return !whole && rounded(i).compareTo(truth.rounded(j)) == 0;
  }

  private BigDecimal rounded(int i) {
    return new BigDecimal(numerator.get(i))
        .divide(new BigDecimal(denominator.get(i)), MathContext.DECIMAL128)
        .setScale(DECIMALS, RoundingMode.HALF_EVEN);
  }

  private static void read(
      Matcher found, List<BigInteger> numerator, List<BigInteger> denominator) {
    if (found.group("fraction") != null) {
      BigInteger top = new BigInteger(found.group(2));
      boolean negative = found.group("fraction").startsWith("-");
      addRatio(
          negative ? top.negate() : top, new BigInteger(found.group(3)), numerator, denominator);
      return;
    }
    String ratio = found.group("ratio");
    if (ratio != null) {
      int slash = ratio.indexOf('/');
      addRatio(
          new BigInteger(ratio.substring(0, slash)),
          new BigInteger(ratio.substring(slash + 1)),
          numerator,
          denominator);
      return;
    }
    BigDecimal value = decimal(found.group("plain"));
    addDecimal(value, numerator, denominator);
    if (found.group("percent") != null) {
      addDecimal(value.movePointLeft(2), numerator, denominator);
    }
  }

  private static BigDecimal decimal(String text) {
    boolean thousands = text.matches("[+-]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?");
    String plain = text.replace(" ", "").replace(",", thousands ? "" : ".");
    return new BigDecimal(plain.startsWith("+") ? plain.substring(1) : plain);
  }

  private static void addRatio(
      BigInteger top, BigInteger bottom, List<BigInteger> numerator, List<BigInteger> denominator) {
    if (bottom.signum() != 0) {
      BigInteger common = top.gcd(bottom);
      numerator.add(top.divide(common));
      denominator.add(bottom.divide(common));
    }
  }

  private static void addDecimal(
      BigDecimal value, List<BigInteger> numerator, List<BigInteger> denominator) {
    BigDecimal plain = value.stripTrailingZeros();
    BigInteger bottom = BigInteger.TEN.pow(Math.max(0, plain.scale()));
    BigInteger top = plain.multiply(new BigDecimal(bottom)).toBigIntegerExact();
    addRatio(top, bottom, numerator, denominator);
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

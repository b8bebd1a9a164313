package io.vlmr1.reward.math;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Equality as math-verify 0.9.0 finds it between texts as they are: formulas between dollars or in
 * a box are read as such, of bare text only the last number or the last sum in digits. VLM-R1's
 * methods `default` and `math` compare in this way.
 */
public final class BareText {
  /** Longer texts hold no short answer, and the patterns are not made for them. */
  private static final int LONGEST = 2000;

  private static final String NUMBER =
      "(?<!\\d)(?:(?<whole1>-?[1-9]\\d{0,2}(?:[ ,]\\d{3})+)(?<part1>\\.\\d+)?"
          + "|(?<whole2>-?\\d+)(?<part2>[.,]\\d+)|(?<part3>\\.\\d+)|(?<whole3>-?\\d+))"
          + "(?<percent>\\s*(?:%|[Pp]ercent|\\s*[Pp]ercentage|\\s*[Pp]ct))?";
  private static final String SIGNS = "+\\-*×/^()÷";
  private static final String CHARS = "[\\d.\\s" + SIGNS + "]";
  private static final String SUM =
      "(?<sum>-?\\(?-?\\d" + CHARS + "*[" + SIGNS + "]" + CHARS + "+\\)?)";
  private static final String BEFORE = "(?:^|\\s|=)(?:\\*\\*)?";
  private static final String AFTER = "(?:\\*\\*)?(?:[.,:\\s)$]|$)";
  private static final String MONEY = "[$€£¥₹₽₪₩₫฿₡₢₣₤₥₦₧₨₭₮₯₰₱₲₳₴₵₶₷₸₺₻₼₾₿]";
  private static final String SUM_ALONE = "(?:" + BEFORE + SUM + AFTER + ")";
  private static final String NUMBER_ALONE = "(?:" + BEFORE + MONEY + "?" + NUMBER + ")";
  private static final String EITHER = "(?:" + SUM_ALONE + "|" + NUMBER_ALONE + ")";
  private static final String FORMULA =
      "(?<formula>(?:(?<!\\\\)\\$\\$[^$]+?(?<!\\\\)\\$\\$"
          + "|(?<!\\\\)\\\\\\[.+?(?<!\\\\)\\\\\\]"
          + "|(?<![\\\\\\d])\\$(?:\\\\\\$|[^\\n$])+?(?<!\\\\)\\$"
          + "|(?<!\\\\)\\\\\\(.+?(?<!\\\\)\\\\\\)"
          + "|\\s\\[[^\\n\\]\\[]+?\\]\\s"
          + "|-?\\\\frac\\{-?\\d+(?:[.,]\\d+)?\\}\\{-?\\d+(?:[.,]\\d+)?\\})"
          + "(?:\\s*(?:\\\\?%))?(?:\\s*(?:,?and|,?or|,)\\s*\\$[^$\\n]+\\$){0,5})";

  private record Rule(Pattern pattern, boolean formula) {}

  /** Rules of the same rank stand together; the first rank that finds something decides. */
  private static final List<List<Rule>> RANKS =
      List.of(
          List.of(
              formula("(?i:final answer is):?\\s*" + FORMULA + "\\.?\\s?I hope"),
              number("(?i:final answer is):?\\s*" + EITHER + "\\.?\\s?I hope")),
          List.of(
              formula("(?i:final answer.{0,100}?)\\s+is:?\\s*" + FORMULA),
              formula("(?<formula>\\$[^$]*?\\\\boxed\\{[^$]+?\\}[^$]*?\\$)"),
              formula("(?<formula>\\\\boxed\\{.+\\})"),
              number("(?i:final answer.{0,100}?)\\s+is:?" + EITHER)),
          List.of(
              formula("(?i:answer):.{0,50}?" + FORMULA),
              number("(?i:answer):(?:.{0,100}=\\s*|.{0,50}?)" + EITHER + "(?!\\s*=)")),
          List.of(
              formula("(?i:answer).{0,50}?" + FORMULA),
              number("(?i:answer)(?:.{0,100}=\\s*|.{0,50}?)" + EITHER + "(?!\\s*=)")),
          List.of(formula(FORMULA), number(SUM_ALONE), number(NUMBER_ALONE)));

  private BareText() {}

  private static Rule formula(String pattern) {
    return new Rule(Pattern.compile(pattern, Pattern.DOTALL), true);
  }

  private static Rule number(String pattern) {
    return new Rule(Pattern.compile(pattern, Pattern.UNIX_LINES), false);
  }

  /**
   * What was found in a text.
   *
   * @param number the last that could be read, where it is one
   * @param formula the last that could be read, where it is one
   * @param text of the first that was tried
   */
  private record Found(Optional<Value.Scalar> number, Optional<Reading> formula, String text) {}

  /** Whether an answer says the same as a truth. */
  public static boolean same(String answer, String truth) {
    Found one = find(answer);
    Found other = find(truth);
    String text = one.text.strip();
    if (!text.isEmpty() && text.equals(other.text.strip())) {
      return true;
    }
    boolean numbers = one.number.isPresent() && other.number.isPresent();
    try {
      return numbers ? numbers(one.number.get(), other.number.get()) : values(one, other);
    } catch (NotMath | StackOverflowError e) {
      return false;
    }
  }

  private static boolean values(Found one, Found other) {
    Optional<Reading> a = reading(one);
    Optional<Reading> b = reading(other);
    return a.isPresent() && b.isPresent() && MathEquality.OWN.compare(a.get(), b.get()).equal();
  }

  private static Optional<Reading> reading(Found found) {
    return found.formula.isPresent()
        ? found.formula
        : found.number.map(number -> new Reading(found.text, number));
  }

  /** Decimals round to six places, 9% is 9, and everything else is exact. */
  private static boolean numbers(Value.Scalar one, Value.Scalar other) {
    Rational a = exact(one.expression());
    Rational b = exact(other.expression());
    boolean integers = plain(one) && plain(other) && a.isWhole() && b.isWhole();
    boolean decimals = decimal(one) || decimal(other);
    if (integers && !decimals) {
      return a.equals(b);
    }
    Rational hundred = Rational.of(100);
    a = one.percent() ? a.over(hundred) : a;
    b = other.percent() ? b.over(hundred) : b;
    return decimals ? rounded(a).compareTo(rounded(b)) == 0 : a.equals(b);
  }

  private static boolean plain(Value.Scalar scalar) {
    return scalar.expression() instanceof Expr.Num;
  }

  private static boolean decimal(Value.Scalar scalar) {
    return scalar.expression() instanceof Expr.Num number && number.decimal();
  }

  private static Rational exact(Expr expression) {
    return new Exact(Map.of(), new Effort())
        .of(expression)
        .orElseThrow(() -> new NotMath("no number"));
  }

  private static BigDecimal rounded(Rational value) {
    return value.decimal().setScale(6, RoundingMode.HALF_EVEN);
  }

  private static Found find(String original) {
    String text = Spelling.asciiDigits(original);
    if (text.length() > LONGEST) {
      return new Found(Optional.empty(), Optional.empty(), "");
    }
    String first = "";
    for (List<Rule> rank : RANKS) {
      for (Match match : matches(rank, text)) {
        Found found = match.formula ? formulaOf(match.groups) : numberOf(match.groups);
        first = first.isEmpty() ? found.text : first;
        if (found.number.isPresent() || found.formula.isPresent()) {
          return new Found(found.number, found.formula, first);
        }
      }
    }
    return new Found(Optional.empty(), Optional.empty(), first);
  }

  private record Match(Matcher groups, boolean formula) {}

  /** From right to left, longer ones first. */
  private static List<Match> matches(List<Rule> rank, String text) {
    List<Match> matches = new ArrayList<>();
    for (Rule rule : rank) {
      Matcher matcher = rule.pattern.matcher(new Watched(text));
      while (matcher.find()) {
        Matcher groups = rule.pattern.matcher(new Watched(text));
        groups.find(matcher.start());
        matches.add(new Match(groups, rule.formula));
      }
    }
    matches.sort(
        Comparator.comparingInt((Match match) -> -match.groups.end())
            .thenComparingInt(match -> match.groups.start()));
    return matches;
  }

  private static Found formulaOf(Matcher groups) {
    Reading reading = Formulas.read(groups.group("formula"));
    return new Found(
        Optional.empty(),
        reading.formula() ? Optional.of(reading) : Optional.empty(),
        reading.source());
  }

  private static Found numberOf(Matcher groups) {
    String pattern = groups.pattern().pattern();
    String sum = pattern.contains("?<sum>") ? groups.group("sum") : null;
    if (sum != null) {
      return new Found(Arithmetic.read(sum), Optional.empty(), sum);
    }
    String whole = either(groups, "whole").replaceAll("[ ,]", "");
    String part = either(groups, "part").replace(',', '.');
    boolean minus = whole.startsWith("-");
    String digits = (minus ? "-" : "") + whole.replaceAll("^-?0*(?=\\d)", "");
    String number = (whole.isEmpty() ? "0" : digits) + part;
    Expr value = new Expr.Num(Rational.of(new BigDecimal(number)), !part.isEmpty());
    boolean percent = groups.group("percent") != null;
    return new Found(
        Optional.of(new Value.Scalar(value, percent, Optional.empty())), Optional.empty(), number);
  }

  private static String either(Matcher groups, String name) {
    for (int i = 1; i <= 3; i++) {
      String found = groups.group(name + i);
      if (found != null) {
        return found;
      }
    }
    return "";
  }
}

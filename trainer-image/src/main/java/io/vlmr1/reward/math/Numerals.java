package io.vlmr1.reward.math;

import io.vlmr1.reward.math.Token.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as they are written: decimals, periods, mixed numbers, other bases. */
final class Numerals {
  private static final Pattern BASED =
      Pattern.compile(
          "([0-9A-Za-z ]{1,200})_(?:\\{\\s*(?:\\\\text\\w*\\s*\\{)?\\s*)?(\\w+)[}\\s]*");

  private static final List<String> BASES =
      List.of(
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen");

  private final Parser parser;

  Numerals(Parser parser) {
    this.parser = parser;
  }

  /** FF_{16}, 4210_\text{five}: an answer that is nothing but digits to a base. */
  static Optional<Rational> toABase(String source) {
    Matcher match = BASED.matcher(source.strip());
    if (!match.matches()) {
      return Optional.empty();
    }
    String digits = match.group(1).replace(" ", "");
    int word = BASES.indexOf(match.group(2).toLowerCase(Locale.ROOT));
    boolean number = match.group(2).matches("\\d{1,2}");
    int radix = word >= 0 ? word + 2 : number ? Integer.parseInt(match.group(2)) : 0;
    // a_2 is a letter with an index
    boolean fits =
        radix >= 2
            && radix <= 36
            && digits.matches(".*\\d.*|[A-F]{2,}")
            && digits.chars().allMatch(letter -> Character.digit(letter, radix) >= 0);
    return fits
        ? Optional.of(new Rational(new BigInteger(digits, radix), BigInteger.ONE))
        : Optional.empty();
  }

  /** The number at the parser's place. */
  Expr number() {
    String digits = parser.take().text();
    Optional<Expr> periodic = period(digits);
    if (periodic.isPresent()) {
      return periodic.get();
    }
    if (parser.peek().sign("_")) {
      return based(digits);
    }
    Expr number = of(digits);
    boolean whole = digits.chars().allMatch(letter -> letter >= '0' && letter <= '9');
    return whole ? mixed(number) : number;
  }

  static Expr of(String digits) {
    int exponent = digits.indexOf('e');
    if (exponent >= 0 && digits.length() - exponent > 6) {
      throw new NotMath("a number too large to compute with");
    }
    if (digits.length() > 5000) {
      throw new NotMath("a number too long to compute with");
    }
    String plain = digits.endsWith(".") ? digits.substring(0, digits.length() - 1) : digits;
    boolean decimal = plain.indexOf('.') >= 0 && exponent < 0;
    return new Expr.Num(Rational.of(new BigDecimal(plain.replace(".e", "e"))), decimal);
  }

  /** 0.1\overline{6}, 0.\dot{3}, 0.333...: the digits that come again and again. */
  private Optional<Expr> period(String digits) {
    Token token = parser.peek();
    boolean over = token.command("overline") || token.command("dot") || token.command("bar");
    int point = digits.indexOf('.');
    if (point < 0) {
      return Optional.empty();
    }
    if (over && parser.peek(1).sign("{") && parser.peek(2).kind() == Kind.NUMBER) {
      String again = parser.peek(2).text();
      parser.at += 3;
      parser.expect(Kind.SIGN, "}");
      return Optional.of(periodic(digits, again));
    }
    boolean dots =
        token.command("...")
            || (token.sign(".") && parser.peek(1).sign(".") && parser.peek(2).sign("."));
    if (dots) {
      parser.at += token.command("...") ? 1 : 3;
      String last = digits.substring(digits.length() - 1);
      return digits.endsWith(last.repeat(3)) && digits.length() - point > 3
          ? Optional.of(periodic(digits.substring(0, digits.length() - 3), last))
          : Optional.of(new Expr.Num(Rational.of(new BigDecimal(digits)), true));
    }
    return Optional.empty();
  }

  private static Expr periodic(String digits, String again) {
    int after = digits.length() - digits.indexOf('.') - 1;
    String start = digits.endsWith(".") ? digits + "0" : digits;
    Rational ninths =
        new Rational(
            new BigInteger(again), BigInteger.TEN.pow(again.length()).subtract(BigInteger.ONE));
    Rational shifted = ninths.over(new Rational(BigInteger.TEN.pow(after), BigInteger.ONE));
    return new Expr.Num(Rational.of(new BigDecimal(start)).plus(shifted), false);
  }

  /** 101_2: digits to a base. */
  private Expr based(String digits) {
    parser.at++;
    boolean braces = parser.peek().sign("{");
    parser.at += braces ? 1 : 0;
    Token base = parser.take();
    if (braces) {
      parser.expect(Kind.SIGN, "}");
    }
    boolean good = base.kind() == Kind.NUMBER && base.text().length() <= 2;
    int radix = good ? Integer.parseInt(base.text().replace(".", "")) : 0;
    boolean whole = digits.chars().allMatch(letter -> Character.digit(letter, radix) >= 0);
    if (radix < 2 || radix > 36 || !whole || digits.length() > 200) {
      throw new NotMath("digits to no base");
    }
    return new Expr.Num(new Rational(new BigInteger(digits, radix), BigInteger.ONE), false);
  }

  /** 3\frac{1}{7} and 3 1/7 mean a sum. */
  private Expr mixed(Expr whole) {
    Token token = parser.peek();
    if (token.command("frac")) {
      int start = parser.at;
      parser.at++;
      Optional<Expr> top = wholeArgument();
      Optional<Expr> bottom = top.isPresent() ? wholeArgument() : Optional.empty();
      if (bottom.isPresent()) {
        return new Expr.Call("add", whole, new Expr.Call("div", top.get(), bottom.get()));
      }
      parser.at = start;
      return whole;
    }
    boolean plain =
        token.kind() == Kind.NUMBER
            && token.spaced()
            && parser.peek(1).sign("/")
            && parser.peek(2).kind() == Kind.NUMBER;
    if (!plain) {
      return whole;
    }
    parser.at += 3;
    Expr top = of(token.text());
    return new Expr.Call(
        "add", whole, new Expr.Call("div", top, of(parser.tokens.get(parser.at - 1).text())));
  }

  private Optional<Expr> wholeArgument() {
    boolean braces = parser.peek().sign("{");
    Token number = parser.peek(braces ? 1 : 0);
    boolean fits =
        number.kind() == Kind.NUMBER
            && number.text().indexOf('.') < 0
            && (!braces || parser.peek(2).sign("}"));
    if (!fits) {
      return Optional.empty();
    }
    if (braces) {
      parser.at += 3;
      return Optional.of(of(number.text()));
    }
    return Optional.of(digit());
  }

  /** The first digit of the number ahead, as TeX reads an argument without braces. */
  Expr digit() {
    Token token = parser.peek();
    String digits = token.text();
    if (digits.length() == 1) {
      parser.at++;
    } else {
      parser.tokens.set(parser.at, new Token(Kind.NUMBER, digits.substring(1), false));
    }
    return of(digits.substring(0, 1));
  }
}

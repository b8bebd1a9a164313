package io.vlmr1.reward.math;

import java.math.BigDecimal;
import java.util.Optional;

/** Sums of digits and signs alone, as Python reads them. */
final class Arithmetic {
  private static final int DEEPEST = 60;

  private final String text;
  private int at;
  private int depth;

  private Arithmetic(String text) {
    this.text = text;
  }

  /** The expression, or empty where Python sees none: 05 is no number, 2(3) no product. */
  static Optional<Value.Scalar> read(String sum) {
    Arithmetic reader = new Arithmetic(sum.replace('\n', ' ').replace("**", "^"));
    try {
      Expr value = reader.sum();
      return reader.at == reader.text.length()
          ? Optional.of(Value.Scalar.of(value))
          : Optional.empty();
    } catch (NotMath e) {
      return Optional.empty();
    }
  }

  private Expr sum() {
    if (++depth > DEEPEST) {
      throw new NotMath("nested too deep");
    }
    Expr value = product();
    while (next('+') || next('-')) {
      boolean minus = text.charAt(at++) == '-';
      Expr term = product();
      value = new Expr.Call("add", value, minus ? Expr.negative(term) : term);
    }
    depth--;
    return value;
  }

  private Expr product() {
    Expr value = signed();
    while (next('*') || next('/')) {
      boolean times = text.charAt(at++) == '*';
      value = new Expr.Call(times ? "mul" : "div", value, signed());
    }
    return value;
  }

  private Expr signed() {
    if (++depth > DEEPEST) {
      throw new NotMath("nested too deep");
    }
    Expr value;
    if (next('-') || next('+')) {
      boolean minus = text.charAt(at++) == '-';
      value = signed();
      value = minus ? Expr.negative(value) : value;
    } else {
      value = primary();
      if (next('^')) {
        at++;
        value = new Expr.Call("pow", value, signed());
      }
    }
    depth--;
    return value;
  }

  private Expr primary() {
    if (next('(')) {
      at++;
      Expr value = sum();
      if (!next(')')) {
        throw new NotMath("a bracket that is not closed");
      }
      at++;
      blanks();
      return value;
    }
    blanks();
    int start = at;
    while (at < text.length() && (digit() || text.charAt(at) == '.')) {
      at++;
    }
    String number = text.substring(start, at);
    boolean fits = number.matches("0+|[1-9]\\d*+|\\d++\\.\\d*+|\\.\\d++");
    if (!fits) {
      throw new NotMath("no number");
    }
    blanks();
    return new Expr.Num(
        Rational.of(new BigDecimal(number.endsWith(".") ? number + "0" : number)),
        number.indexOf('.') >= 0);
  }

  private boolean digit() {
    return text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private boolean next(char sign) {
    blanks();
    return at < text.length() && text.charAt(at) == sign;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}

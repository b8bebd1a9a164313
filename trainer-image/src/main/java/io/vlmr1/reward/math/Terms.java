package io.vlmr1.reward.math;

import io.vlmr1.reward.math.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sums, products, powers, and what follows a number: percent, degrees, factorials, units. */
final class Terms {
  private static final Set<String> SIGNS_AFTER =
      Set.of(
          ")", "]", "}", "=", "<", ">", ",", ";", "+", "-", "*", "/", ":", "&", "!", "%", "_", "^",
          "?", "'", ".");

  private static final Set<String> COMMANDS_AFTER =
      Set.of(
          "}",
          "\\",
          "cup",
          "cap",
          "setminus",
          "pm",
          "mp",
          "le",
          "ge",
          "ne",
          "approx",
          "in",
          "mid",
          "equiv",
          "Rightarrow",
          "to",
          "rightarrow",
          "rfloor",
          "rceil",
          "end",
          "choose",
          "over",
          "bmod",
          "pmod",
          "mod",
          "Leftrightarrow",
          "...",
          "quad",
          "circ",
          "prime",
          "rangle");

  private final Parser parser;
  private final Primaries primaries;

  Terms(Parser parser) {
    this.parser = parser;
    this.primaries = new Primaries(parser, this);
  }

  Value sum() {
    parser.enter();
    List<Expr> parts = new ArrayList<>();
    boolean minus = signed();
    Value first = product();
    if (minus) {
      first = negated(first);
    }
    boolean set = !(first instanceof Value.Scalar) && parser.setMinusAhead();
    if (!plusAhead() || set) {
      parser.leave();
      return first;
    }
    parts.add(scalar(first));
    Optional<Units> unit = scalarValue(first).unit();
    while (plusAhead()) {
      boolean negative = signed();
      Value.Scalar next = scalarValue(product());
      parts.add(negative ? Expr.negative(scalar(next)) : scalar(next));
      unit = unit.isPresent() ? unit : next.unit();
    }
    parser.leave();
    return new Value.Scalar(new Expr.Call("add", parts), false, unit);
  }

  private boolean plusAhead() {
    Token token = parser.peek();
    return token.sign("+") || token.sign("-") || token.command("pm") || token.command("mp");
  }

  /** Reads signs; whether they come to a minus. */
  private boolean signed() {
    boolean minus = false;
    while (plusAhead()) {
      Token sign = parser.take();
      boolean negative =
          sign.sign("-")
              || (sign.command("pm") && parser.sign < 0)
              || (sign.command("mp") && parser.sign > 0);
      minus ^= negative;
    }
    return minus;
  }

  private static Value negated(Value value) {
    if (value instanceof Value.Scalar scalar) {
      return new Value.Scalar(Expr.negative(scalar.expression()), scalar.percent(), scalar.unit());
    }
    throw new NotMath("a minus before what is no number");
  }

  private Value product() {
    Value value = power();
    while (true) {
      Token token = parser.peek();
      if (token.sign("*") || token.sign("/") || token.command("bmod")) {
        parser.at++;
        boolean minus = signed();
        Value factor = power();
        String name = token.sign("*") ? "mul" : token.sign("/") ? "div" : "mod";
        value = applied(name, value, minus ? negated(factor) : factor);
      } else if (token.kind() == Kind.WORDS && !token.joins()) {
        value = measured(value);
      } else if (startsFactor(token)) {
        value = applied("mul", value, power());
      } else {
        return value;
      }
    }
  }

  /** A product or quotient of numbers; of a matrix and a number, entry by entry. */
  private static Value applied(String name, Value one, Value other) {
    if (one instanceof Value.Matrix matrix && !name.equals("mod")) {
      Expr factor = scalar(other);
      return matrix.map(entry -> new Expr.Call(name, scalar(entry), factor));
    }
    if (other instanceof Value.Matrix matrix && name.equals("mul")) {
      Expr factor = scalar(one);
      return matrix.map(entry -> new Expr.Call(name, factor, scalar(entry)));
    }
    return keepingUnit(one, new Expr.Call(name, scalar(one), scalar(other)));
  }

  private static Value keepingUnit(Value value, Expr made) {
    Value.Scalar scalar = scalarValue(value);
    return new Value.Scalar(made, scalar.percent(), scalar.unit());
  }

  /** Whether a token can stand right after a factor and multiply it. */
  private boolean startsFactor(Token token) {
    return switch (token.kind()) {
      case END, WORDS -> false;
      case NUMBER -> true;
      case LETTER -> !primaries.isDifferential();
      case SIGN ->
          !SIGNS_AFTER.contains(token.text())
              && !(token.sign("|") && primaries.inBars())
              && !(token.sign("[") && primaries.endsInterval());
      case COMMAND -> !COMMANDS_AFTER.contains(token.text()) && !primaries.isDifferential();
    };
  }

  /** The words after a number, with the powers and strokes between them. */
  private Value measured(Value value) {
    StringBuilder words = new StringBuilder();
    while (true) {
      Token token = parser.peek();
      if (token.kind() == Kind.WORDS && !token.joins()) {
        words.append(words.length() > 0 && token.spaced() ? " " : "").append(token.text());
        parser.at++;
      } else if (token.sign("^") && unitPower()) {
        words.append('^').append(unitExponent());
      } else if ((token.sign("/") || token.sign("*")) && parser.peek(1).kind() == Kind.WORDS) {
        words.append(token.text());
        parser.at++;
      } else {
        break;
      }
    }
    Value.Scalar scalar = scalarValue(value);
    String unit = words.toString();
    boolean percent = unit.strip().equalsIgnoreCase("percent");
    return new Value.Scalar(
        scalar.expression(), percent || scalar.percent(), percent ? scalar.unit() : Units.of(unit));
  }

  private boolean unitPower() {
    int number = parser.peek(1).sign("{") ? 2 : 1;
    int minus = parser.peek(number).sign("-") ? 1 : 0;
    return parser.peek(number + minus).kind() == Kind.NUMBER;
  }

  private String unitExponent() {
    parser.at++;
    boolean braces = parser.peek().sign("{");
    parser.at += braces ? 1 : 0;
    String exponent = parser.peek().sign("-") ? parser.take().text() : "";
    exponent += parser.take().text();
    if (braces) {
      parser.expect(Kind.SIGN, "}");
    }
    return exponent;
  }

  /** A factor with its exponent and what follows it. */
  Value power() {
    parser.enter();
    Value value = primaries.primary();
    while (true) {
      Token token = parser.peek();
      if (token.sign("!")) {
        parser.at++;
        boolean second = parser.peek().sign("!");
        parser.at += second ? 1 : 0;
        value = Value.Scalar.of(new Expr.Call(second ? "factorial2" : "factorial", scalar(value)));
      } else if (token.sign("%")) {
        parser.at++;
        value = new Value.Scalar(scalar(value), true, Optional.empty());
      } else if (token.command("circ")) {
        parser.at++;
        value = degrees(value);
      } else if (token.sign("^")) {
        parser.at++;
        value = raised(value);
      } else {
        parser.leave();
        return value;
      }
    }
  }

  private Value raised(Value base) {
    Token token = parser.peek();
    boolean circle =
        token.command("circ")
            || (token.sign("{") && parser.peek(1).command("circ") && parser.peek(2).sign("}"));
    if (circle) {
      parser.at += token.sign("{") ? 3 : 1;
      return degrees(base);
    }
    Expr exponent = exponent();
    if (base instanceof Value.Scalar scalar) {
      Expr made = new Expr.Call("pow", scalar.expression(), exponent);
      return new Value.Scalar(made, scalar.percent(), scalar.unit());
    }
    throw new NotMath("a power of what is no number");
  }

  private Expr exponent() {
    parser.enter();
    boolean minus = signed();
    Expr value = scalar(primaries.primary());
    if (parser.peek().sign("^")) {
      parser.at++;
      value = new Expr.Call("pow", value, exponent());
    }
    parser.leave();
    return minus ? Expr.negative(value) : value;
  }

  private Value degrees(Value value) {
    Value.Scalar scalar = scalarValue(value);
    if (primaries.inFunction()) {
      Expr radians = Units.radians(scalar.expression());
      return new Value.Scalar(radians, scalar.percent(), Optional.empty());
    }
    Token scale = parser.peek();
    boolean named = scale.is(Kind.LETTER, "C") || scale.is(Kind.LETTER, "F");
    parser.at += named ? 1 : 0;
    Optional<Units> unit = named ? Units.of(scale.text()) : Optional.of(Units.DEGREE);
    return new Value.Scalar(scalar.expression(), scalar.percent(), unit);
  }

  /** The expression of a value that must be one. */
  static Expr scalar(Value value) {
    Value.Scalar scalar = scalarValue(value);
    return scalar.percent()
        ? new Expr.Call("div", scalar.expression(), Expr.of(100))
        : scalar.expression();
  }

  private static Value.Scalar scalarValue(Value value) {
    if (value instanceof Value.Scalar scalar) {
      return scalar;
    }
    throw new NotMath("a set or a text where a number was expected");
  }
}

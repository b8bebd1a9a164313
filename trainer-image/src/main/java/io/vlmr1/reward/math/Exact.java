package io.vlmr1.reward.math;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Values by exact arithmetic of fractions, where there is one: no roots but those that come out
 * even, no transcendental functions but logarithms that do.
 */
final class Exact {
  private static final int MOST_TERMS = 2000;
  private static final int LARGEST_FACTORIAL = 1000;
  private static final int LARGEST_EXPONENT = 10_000;

  private final Map<String, Rational> symbols;
  private final Effort effort;

  Exact(Map<String, Rational> symbols, Effort effort) {
    this.symbols = new HashMap<>(symbols);
    this.effort = effort;
  }

  /**
   * The value, or empty when it is no fraction or a symbol is unknown.
   *
   * @throws NotMath when it is undefined, as a division by zero is, or too large
   */
  Optional<Rational> of(Expr expression) {
    effort.spend();
    if (expression instanceof Expr.Num number) {
      return Optional.of(number.value());
    }
    if (expression instanceof Expr.Sym symbol) {
      return Optional.ofNullable(symbols.get(symbol.name()));
    }
    Expr.Call call = (Expr.Call) expression;
    return switch (call.name()) {
      case "sum" -> series(call, Rational.ZERO, Rational::plus);
      case "prod" -> series(call, Rational.ONE, Rational::times);
      case "pi", "e", "i", "infinity", "integral" -> Optional.empty();
      default -> apply(call);
    };
  }

  private Optional<Rational> apply(Expr.Call call) {
    Rational[] values = new Rational[call.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      Optional<Rational> value = of(call.arguments().get(i));
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values[i] = value.get();
    }
    return values.length == 1 ? one(call.name(), values[0]) : several(call.name(), values);
  }

  private Optional<Rational> one(String name, Rational x) {
    return switch (name) {
      case "neg" -> Optional.of(x.negate());
      case "abs" -> Optional.of(x.abs());
      case "sqrt" -> x.root(2);
      case "floor" -> Optional.of(new Rational(x.floor(), BigInteger.ONE));
      case "ceil" -> Optional.of(new Rational(x.negate().floor().negate(), BigInteger.ONE));
      case "factorial" -> Optional.of(factorial(x, 1));
      case "factorial2" -> Optional.of(factorial(x, 2));
      case "exp", "cos", "cosh" -> x.signum() == 0 ? Optional.of(Rational.ONE) : Optional.empty();
      case "sin", "tan", "sinh", "tanh", "asin", "atan" ->
          x.signum() == 0 ? Optional.of(Rational.ZERO) : Optional.empty();
      case "ln" -> x.equals(Rational.ONE) ? Optional.of(Rational.ZERO) : Optional.empty();
      case "add", "mul", "max", "min", "gcd", "lcm" -> Optional.of(x);
      default -> Optional.empty();
    };
  }

  private Optional<Rational> several(String name, Rational[] values) {
    Rational x = values[0];
    Rational y = values[1];
    return switch (name) {
      case "add" -> Optional.of(fold(values, Rational::plus));
      case "mul" -> Optional.of(fold(values, Rational::times));
      case "div" -> Optional.of(x.over(y));
      case "pow" -> power(x, y);
      case "root" -> x.root(y.count(64));
      case "log" -> logarithm(x, y);
      case "binom" -> Optional.of(choose(x, y));
      case "mod" -> Optional.of(x.minus(y.times(new Rational(x.over(y).floor(), BigInteger.ONE))));
      case "max" -> Optional.of(fold(values, (a, b) -> a.compareTo(b) >= 0 ? a : b));
      case "min" -> Optional.of(fold(values, (a, b) -> a.compareTo(b) <= 0 ? a : b));
      case "gcd" -> Optional.of(fold(values, Exact::divisor));
      case "lcm" ->
          Optional.of(
              fold(
                  values,
                  (a, b) ->
                      a.signum() == 0 || b.signum() == 0
                          ? Rational.ZERO
                          : a.times(b).over(divisor(a, b)).abs()));
      default -> Optional.empty();
    };
  }

  private static Rational fold(Rational[] values, BinaryOperator<Rational> operation) {
    Rational result = values[0];
    for (int i = 1; i < values.length; i++) {
      result = operation.apply(result, values[i]);
    }
    return result;
  }

  private static Rational divisor(Rational a, Rational b) {
    if (!a.isWhole() || !b.isWhole()) {
      throw new NotMath("a divisor of fractions");
    }
    return new Rational(a.top().gcd(b.top()), BigInteger.ONE);
  }

  private static Optional<Rational> power(Rational base, Rational exponent) {
    if (exponent.isWhole()) {
      if (base.signum() == 0 && exponent.signum() <= 0) {
        throw new NotMath("zero to no positive power");
      }
      boolean plain = base.abs().equals(Rational.ONE) || base.signum() == 0;
      BigInteger two = BigInteger.TWO;
      return Optional.of(
          base.power(
              plain
                  ? exponent.top().mod(two).intValue() + (base.signum() == 0 ? 1 : 0)
                  : exponent.count(LARGEST_EXPONENT)));
    }
    if (exponent.bottom().bitLength() > 6) {
      return Optional.empty();
    }
    return base.root(exponent.bottom().intValueExact())
        .flatMap(root -> power(root, new Rational(exponent.top(), BigInteger.ONE)));
  }

  /** The logarithm of x to a base, when it is a small whole number. */
  private static Optional<Rational> logarithm(Rational base, Rational x) {
    if (base.signum() <= 0 || base.equals(Rational.ONE) || x.signum() <= 0) {
      throw new NotMath("a logarithm of no positive number");
    }
    double guess = Math.rint(Math.log(x.toDouble()) / Math.log(base.toDouble()));
    if (Double.isNaN(guess) || Math.abs(guess) > 1000) {
      return Optional.empty();
    }
    return base.power((int) guess).equals(x)
        ? Optional.of(Rational.of((long) guess))
        : Optional.empty();
  }

  private Rational factorial(Rational x, int step) {
    int n = x.count(LARGEST_FACTORIAL);
    if (n < 0) {
      throw new NotMath("the factorial of a negative number");
    }
    Rational product = Rational.ONE;
    for (int i = n; i > 1; i -= step) {
      effort.spend();
      product = product.times(Rational.of(i));
    }
    return product;
  }

  private Rational choose(Rational x, Rational y) {
    int n = x.count(LARGEST_FACTORIAL);
    int k = y.count(LARGEST_FACTORIAL);
    if (n < 0) {
      throw new NotMath("a choice among a negative number");
    }
    if (k < 0 || k > n) {
      return Rational.ZERO;
    }
    Rational result = Rational.ONE;
    for (int i = 1; i <= Math.min(k, n - k); i++) {
      effort.spend();
      result = result.times(Rational.of(n - i + 1, i));
    }
    return result;
  }

  private Optional<Rational> series(
      Expr.Call call, Rational start, BinaryOperator<Rational> operation) {
    List<Expr> arguments = call.arguments();
    Optional<Rational> low = of(arguments.get(1));
    Optional<Rational> high = of(arguments.get(2));
    if (low.isEmpty() || high.isEmpty()) {
      return Optional.empty();
    }
    String name = ((Expr.Sym) call.first()).name();
    int last = high.get().count(1_000_000);
    int first = low.get().count(1_000_000);
    if (last - first > MOST_TERMS) {
      throw new NotMath("a series too long to compute");
    }
    Exact inner = new Exact(symbols, effort);
    Rational result = start;
    for (int i = first; i <= last; i++) {
      inner.symbols.put(name, Rational.of(i));
      Optional<Rational> term = inner.of(arguments.get(3));
      if (term.isEmpty()) {
        return Optional.empty();
      }
      result = operation.apply(result, term.get());
    }
    return Optional.of(result);
  }
}

package io.vlmr1.reward.math;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values by complex floating-point arithmetic with error bounds. */
final class Approximation {
  private static final int MOST_TERMS = 2000;

  private final Map<String, Approx> symbols;
  private final Effort effort;

  Approximation(Map<String, Approx> symbols, Effort effort) {
    this.symbols = new HashMap<>(symbols);
    this.effort = effort;
  }

  /** The value; undefined for unknown symbols, at poles and where real functions end. */
  Approx of(Expr expression) {
    effort.spend();
    if (expression instanceof Expr.Num number) {
      double value = number.value().toDouble();
      return Approx.rounded(value, 0, 0);
    }
    if (expression instanceof Expr.Sym symbol) {
      return symbols.getOrDefault(symbol.name(), Approx.UNDEFINED);
    }
    Expr.Call call = (Expr.Call) expression;
    return switch (call.name()) {
      case "pi" -> Approx.rounded(Math.PI, 0, 0);
      case "e" -> Approx.rounded(Math.E, 0, 0);
      case "i" -> new Approx(0, 1, 0);
      case "infinity" -> Approx.UNDEFINED;
      case "sum", "prod" -> series(call);
      case "integral" -> Integral.of(call, symbols, effort);
      default -> apply(call);
    };
  }

  private Approx apply(Expr.Call call) {
    if (call.name().equals("pow")) {
      return power(call.first(), call.second());
    }
    Approx[] values = new Approx[call.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(call.arguments().get(i));
      if (!values[i].defined()) {
        return Approx.UNDEFINED;
      }
    }
    return values.length == 1 ? one(call.name(), values[0]) : several(call, values);
  }

  private static Approx one(String name, Approx x) {
    return switch (name) {
      case "neg" -> x.negate();
      case "add", "mul", "max", "min" -> x;
      case "abs" -> x.magnitude();
      case "sqrt" -> x.sqrt();
      case "exp" -> x.exp();
      case "ln" -> x.log();
      case "sin" -> x.sin();
      case "cos" -> x.cos();
      case "tan" -> x.sin().over(x.cos());
      case "cot" -> x.cos().over(x.sin());
      case "sec" -> Approx.ONE.over(x.cos());
      case "csc" -> Approx.ONE.over(x.sin());
      case "sinh" -> x.exp().minus(x.negate().exp()).times(Approx.of(0.5));
      case "cosh" -> x.exp().plus(x.negate().exp()).times(Approx.of(0.5));
      case "tanh" -> x.exp().minus(x.negate().exp()).over(x.exp().plus(x.negate().exp()));
      case "conj" -> new Approx(x.re(), -x.im(), x.err());
      case "re" -> new Approx(x.re(), 0, x.err());
      case "im" -> new Approx(x.im(), 0, x.err());
      default -> x.real() ? real(name, x) : Approx.UNDEFINED;
    };
  }

  private static Approx real(String name, Approx x) {
    double v = x.re();
    boolean inside = Math.abs(v) <= 1;
    return switch (name) {
      case "asin" ->
          inside ? Approx.rounded(Math.asin(v), 0, steep(x.err(), 1 - v * v)) : Approx.UNDEFINED;
      case "acos" ->
          inside ? Approx.rounded(Math.acos(v), 0, steep(x.err(), 1 - v * v)) : Approx.UNDEFINED;
      case "atan" -> Approx.rounded(Math.atan(v), 0, x.err());
      case "floor" -> steps(x) ? Approx.of(Math.floor(v)) : Approx.UNDEFINED;
      case "ceil" -> steps(x) ? Approx.of(Math.ceil(v)) : Approx.UNDEFINED;
      default -> Approx.UNDEFINED;
    };
  }

  /** The error of an arc function near the ends of its domain. */
  private static double steep(double err, double slope) {
    double error = err + 3e-16;
    return slope <= 4 * error ? Math.sqrt(8 * error) : error / Math.sqrt(slope);
  }

  /** Whether the value lies clearly between two whole numbers, or exactly on one. */
  private static boolean steps(Approx x) {
    double nearest = Math.abs(x.re() - Math.rint(x.re()));
    return nearest > 4 * x.err() || x.err() == 0;
  }

  private static Approx several(Expr.Call call, Approx[] values) {
    Approx x = values[0];
    Approx y = values[1];
    return switch (call.name()) {
      case "add" -> {
        for (int i = 1; i < values.length; i++) {
          x = x.plus(values[i]);
        }
        yield x;
      }
      case "mul" -> {
        for (int i = 1; i < values.length; i++) {
          x = x.times(values[i]);
        }
        yield x;
      }
      case "div" -> x.over(y);
      case "root" -> root(x, y);
      case "log" -> y.log().over(x.log());
      case "max" -> !x.real() || !y.real() ? Approx.UNDEFINED : x.re() >= y.re() ? x : y;
      case "min" -> !x.real() || !y.real() ? Approx.UNDEFINED : x.re() <= y.re() ? x : y;
      default -> Approx.UNDEFINED;
    };
  }

  /** The real root where there is one, else the principal one. */
  private static Approx root(Approx x, Approx degree) {
    if (!degree.real() || degree.re() != Math.rint(degree.re()) || degree.re() == 0) {
      return x.power(Approx.ONE.over(degree));
    }
    boolean odd = Math.abs(degree.re()) % 2 == 1;
    return x.real() && x.re() < 0 && odd
        ? x.negate().power(Approx.ONE.over(degree)).negate()
        : x.power(Approx.ONE.over(degree));
  }

  /** Fractions with odd denominators as exponents of negative numbers mean real roots. */
  private Approx power(Expr base, Expr exponent) {
    Approx x = of(base);
    if (!x.defined()) {
      return x;
    }
    Optional<Rational> exact = new Exact(Map.of(), effort).of(exponent);
    if (exact.isPresent() && exact.get().top().bitLength() < 31) {
      Rational power = exact.get();
      if (power.isWhole()) {
        return x.power(Approx.of(power.toDouble()));
      }
      boolean odd = power.bottom().testBit(0);
      if (x.real() && x.re() < 0 && odd) {
        Approx size = x.negate().power(Approx.rounded(power.toDouble(), 0, 0));
        return power.top().testBit(0) ? size.negate() : size;
      }
      if (power.equals(Rational.of(1, 2))) {
        return x.sqrt();
      }
      return x.power(Approx.rounded(power.toDouble(), 0, 0));
    }
    if (base.equals(Expr.Call.E)) {
      return of(exponent).exp();
    }
    Approx power = of(exponent);
    return power.defined() ? x.power(power) : power;
  }

  private Approx series(Expr.Call call) {
    List<Expr> arguments = call.arguments();
    Approx low = of(arguments.get(1));
    Approx high = of(arguments.get(2));
    boolean whole = low.re() == Math.rint(low.re()) && high.re() == Math.rint(high.re());
    if (!low.defined() || !high.defined() || !whole || high.re() - low.re() > MOST_TERMS) {
      return Approx.UNDEFINED;
    }
    boolean sum = call.name().equals("sum");
    Approximation inner = new Approximation(symbols, effort);
    Approx result = sum ? Approx.ZERO : Approx.ONE;
    for (double k = low.re(); k <= high.re(); k++) {
      inner.symbols.put(((Expr.Sym) call.first()).name(), Approx.of(k));
      Approx term = inner.of(arguments.get(3));
      result = sum ? result.plus(term) : result.times(term);
      if (!result.defined()) {
        return result;
      }
    }
    return result;
  }
}

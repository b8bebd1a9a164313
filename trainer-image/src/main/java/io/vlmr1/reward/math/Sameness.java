package io.vlmr1.reward.math;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Whether two expressions are equal: exactly where that can be computed, else at many points. */
final class Sameness {
  private static final int DECIMALS = 6;

  /** Two numbers that agree to six decimals must agree to as many digits, or 1e-9 were 2e-9. */
  private static final double CLOSE = 5e-6;

  /** A fraction and an irrational number are told apart by what is between whole numbers. */
  private static final double WITHIN_ONE = 1e-6;

  private static final int POINTS = 14;
  private static final int ENOUGH = 4;

  /** Functions of whole numbers alone. */
  private static final Set<String> COUNTING =
      Set.of("factorial", "factorial2", "binom", "gcd", "lcm", "mod", "sum", "prod");

  private final Effort effort;

  Sameness(Effort effort) {
    this.effort = effort;
  }

  /** As {@link #same(Expr, Expr)}; 25% is 0.25 and also 25; units must fit, but may be left out. */
  boolean same(Value.Scalar one, Value.Scalar other) {
    if (degrees(one) != degrees(other) && (angle(one) || angle(other))) {
      return degrees(one)
          ? same(Units.radians(one.expression()), other.expression())
          : same(one.expression(), Units.radians(other.expression()));
    }
    Expr left = one.expression();
    if (one.unit().isPresent() && other.unit().isPresent()) {
      Optional<Rational> factor = one.unit().get().in(other.unit().get());
      if (factor.isEmpty()) {
        return false;
      }
      if (!factor.get().equals(Rational.ONE)) {
        left = new Expr.Call("mul", left, new Expr.Num(factor.get(), false));
      }
    }
    if (same(left, other.expression())) {
      return true;
    }
    if (one.percent() == other.percent()) {
      return false;
    }
    Expr hundred = Expr.of(100);
    return one.percent()
        ? same(new Expr.Call("div", left, hundred), other.expression())
        : same(left, new Expr.Call("div", other.expression(), hundred));
  }

  private static boolean degrees(Value.Scalar value) {
    return value.unit().equals(Optional.of(Units.DEGREE));
  }

  /** Whether a value is surely one of radians: by its unit, or as a part of π. */
  private static boolean angle(Value.Scalar value) {
    return value.unit().map(Units::areRadians).orElse(value.expression().uses(Set.of("pi")))
        && !degrees(value);
  }

  boolean same(Expr one, Expr other) {
    if (one.equals(other)) {
      return true;
    }
    Set<String> symbols = new LinkedHashSet<>(one.symbols());
    symbols.addAll(other.symbols());
    if (symbols.isEmpty()) {
      return constants(one, other);
    }
    return symbols.size() <= 12 && functions(one, other, new ArrayList<>(symbols));
  }

  private boolean constants(Expr one, Expr other) {
    Optional<Rational> left = exact(one, Map.of());
    Optional<Rational> right = exact(other, Map.of());
    boolean rounded = decimal(one) != decimal(other);
    if (left.isPresent() && right.isPresent()) {
      return left.get().equals(right.get())
          || (rounded && close(left.get().decimal(), right.get().decimal()));
    }
    Expr difference = new Expr.Call("add", merged(one, other));
    Approx apart = new Approximation(Map.of(), effort).of(difference);
    Approx a = new Approximation(Map.of(), effort).of(one);
    Approx b = new Approximation(Map.of(), effort).of(other);
    if (!a.defined() || !b.defined() || !apart.defined()) {
      return false;
    }
    if (rounded && a.real() && b.real()) {
      return close(BigDecimal.valueOf(a.re()), BigDecimal.valueOf(b.re()));
    }
    boolean mixed = left.isPresent() != right.isPresent();
    boolean known =
        apart.err() <= 1e-9 * Math.max(a.size(), 1e-3) && !(mixed && apart.err() > WITHIN_ONE);
    return known && apart.size() <= 8 * apart.err() + 1e-18;
  }

  private static boolean decimal(Expr expression) {
    if (expression instanceof Expr.Num number) {
      return number.decimal();
    }
    return expression instanceof Expr.Call call
        && (call.name().equals("neg") || call.name().equals("div"))
        && decimal(call.first());
  }

  private static boolean close(BigDecimal one, BigDecimal other) {
    boolean rounds =
        one.setScale(DECIMALS, RoundingMode.HALF_EVEN)
                .compareTo(other.setScale(DECIMALS, RoundingMode.HALF_EVEN))
            == 0;
    double size = Math.max(one.abs().doubleValue(), other.abs().doubleValue());
    return rounds && one.subtract(other).abs().doubleValue() <= CLOSE * size;
  }

  /** The terms of one minus other, all fractions among them added up exactly. */
  private List<Expr> merged(Expr one, Expr other) {
    List<Expr> terms = new ArrayList<>();
    terms(one, false, terms);
    terms(other, true, terms);
    Rational sum = Rational.ZERO;
    List<Expr> rest = new ArrayList<>();
    for (Expr term : terms) {
      Optional<Rational> value = exact(term, Map.of());
      if (value.isPresent()) {
        sum = sum.plus(value.get());
      } else {
        rest.add(term);
      }
    }
    rest.add(new Expr.Num(sum, false));
    return rest;
  }

  private static void terms(Expr expression, boolean minus, List<Expr> terms) {
    if (expression instanceof Expr.Call call && call.name().equals("add")) {
      call.arguments().forEach(term -> terms(term, minus, terms));
    } else if (expression instanceof Expr.Call call && call.name().equals("neg")) {
      terms(call.first(), !minus, terms);
    } else {
      terms.add(minus ? Expr.negative(expression) : expression);
    }
  }

  private boolean functions(Expr one, Expr other, List<String> symbols) {
    boolean counting = counts(one) || counts(other);
    Random random = new Random(20260101);
    int told = 0;
    for (int point = 0; point < POINTS; point++) {
      Map<String, Rational> place = place(symbols, counting, point, random);
      Optional<Boolean> equal = equalAt(one, other, place);
      if (equal.isPresent() && !equal.get()) {
        return false;
      }
      told += equal.isPresent() ? 1 : 0;
    }
    return told >= ENOUGH;
  }

  /** Whole-number functions of symbols, and whole powers of −1 to a symbol. */
  private static boolean counts(Expr expression) {
    if (!(expression instanceof Expr.Call call)) {
      return false;
    }
    boolean symbolic = !expression.symbols().isEmpty();
    boolean negativeBase =
        call.name().equals("pow")
            && !call.second().symbols().isEmpty()
            && call.first() instanceof Expr.Num base
            && base.value().signum() < 0;
    return symbolic
        && (COUNTING.contains(call.name())
            || negativeBase
            || call.arguments().stream().anyMatch(Sameness::counts));
  }

  private static Map<String, Rational> place(
      List<String> symbols, boolean counting, int point, Random random) {
    Map<String, Rational> place = new HashMap<>();
    for (String symbol : symbols) {
      long top = 1L + random.nextInt(counting ? 9 : 400);
      boolean negative = !counting && point % 2 == 1 && random.nextInt(3) > 0;
      Rational value = counting ? Rational.of(top) : Rational.of(top, 97L + random.nextInt(60));
      place.put(symbol, negative ? value.negate() : value);
    }
    return place;
  }

  /** Whether both are equal at a place; empty where that tells nothing. */
  private Optional<Boolean> equalAt(Expr one, Expr other, Map<String, Rational> place) {
    try {
      Optional<Rational> left = exact(one, place);
      Optional<Rational> right = left.isPresent() ? exact(other, place) : Optional.empty();
      if (left.isPresent() && right.isPresent()) {
        return Optional.of(left.get().equals(right.get()));
      }
    } catch (NotMath e) {
      return Optional.empty();
    }
    Map<String, Approx> near = new HashMap<>();
    place.forEach((name, value) -> near.put(name, Approx.rounded(value.toDouble(), 0, 0)));
    Approx a = new Approximation(near, effort).of(one);
    Approx b = new Approximation(near, effort).of(other);
    if (!a.defined() || !b.defined()) {
      return Optional.empty();
    }
    if (!(a.real() && b.real()) && realLogarithms(one, other)) {
      return Optional.empty();
    }
    if (!a.meets(b)) {
      return Optional.of(false);
    }
    return a.telling() && b.telling() ? Optional.of(true) : Optional.empty();
  }

  /**
   * Whether logarithms are meant as real ones: ln(a/b) = ln a − ln b wherever both sides are.
   * Beside absolute values it matters where they are not: ln|x| is more than ln x.
   */
  private static boolean realLogarithms(Expr one, Expr other) {
    Set<String> logarithms = Set.of("ln", "log");
    return (one.uses(logarithms) || other.uses(logarithms))
        && !one.uses(Set.of("abs"))
        && !other.uses(Set.of("abs"));
  }

  private Optional<Rational> exact(Expr expression, Map<String, Rational> place) {
    return new Exact(place, effort).of(expression);
  }

  /** Whether the quotient of two differences is the same number everywhere; its sign if so. */
  Optional<Integer> proportional(Expr one, Expr other) {
    Set<String> symbols = new LinkedHashSet<>(one.symbols());
    if (!symbols.equals(other.symbols()) || symbols.isEmpty() || symbols.size() > 12) {
      return Optional.empty();
    }
    Random random = new Random(19990101);
    Approx first = Approx.UNDEFINED;
    int told = 0;
    for (int point = 0; point < POINTS; point++) {
      Map<String, Approx> near = new HashMap<>();
      place(new ArrayList<>(symbols), false, point, random)
          .forEach((name, value) -> near.put(name, Approx.rounded(value.toDouble(), 0, 0)));
      Approx a = new Approximation(near, effort).of(one);
      Approx b = new Approximation(near, effort).of(other);
      Approx quotient = a.defined() && b.defined() ? a.over(b) : Approx.UNDEFINED;
      if (!quotient.telling()) {
        continue;
      }
      if (first.defined() && !first.meets(quotient)) {
        return Optional.empty();
      }
      first = first.defined() ? first : quotient;
      told++;
    }
    boolean known = told >= ENOUGH && first.real() && Math.abs(first.re()) > 1e-12;
    return known ? Optional.of(first.re() > 0 ? 1 : -1) : Optional.empty();
  }
}

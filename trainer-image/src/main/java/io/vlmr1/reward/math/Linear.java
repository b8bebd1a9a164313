package io.vlmr1.reward.math;

import io.vlmr1.reward.math.RealSet.End;
import io.vlmr1.reward.math.RealSet.Piece;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Inequalities in one symbol that are linear in it. */
final class Linear {
  private Linear() {}

  /** Where left sign right holds; empty when it is not linear. */
  static Optional<RealSet> solve(Value left, String sign, Value right) {
    if (!(left instanceof Value.Scalar one) || !(right instanceof Value.Scalar other)) {
      return Optional.empty();
    }
    boolean symbolLeft =
        one.expression() instanceof Expr.Sym && other.expression().symbols().isEmpty();
    boolean symbolRight =
        other.expression() instanceof Expr.Sym && one.expression().symbols().isEmpty();
    if (symbolLeft) {
      return End.of(other.expression()).map(end -> half(end, sign));
    }
    if (symbolRight) {
      return End.of(one.expression()).map(end -> half(end, turned(sign)));
    }
    Expr difference = new Expr.Call("add", one.expression(), Expr.negative(other.expression()));
    Set<String> symbols = difference.symbols();
    return symbols.size() == 1
        ? solve(difference, symbols.iterator().next(), sign)
        : Optional.empty();
  }

  /** Three exact values on a line tell slope and intercept. */
  private static Optional<RealSet> solve(Expr difference, String symbol, String sign) {
    Rational[] values = new Rational[3];
    for (int i = 0; i < 3; i++) {
      Optional<Rational> value =
          new Exact(Map.of(symbol, Rational.of(7L * i - 3)), new Effort()).of(difference);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values[i] = value.get();
    }
    Rational step = values[1].minus(values[0]);
    boolean line = values[2].minus(values[1]).equals(step);
    if (!line || step.signum() == 0) {
      return Optional.empty();
    }
    Rational slope = step.over(Rational.of(7));
    Rational zero = Rational.of(-3).minus(values[0].over(slope));
    End end = new End(new Expr.Num(zero, false), zero.toDouble());
    return Optional.of(half(end, slope.signum() > 0 ? sign : turned(sign)));
  }

  private static String turned(String sign) {
    return switch (sign) {
      case "<" -> ">";
      case ">" -> "<";
      case "le" -> "ge";
      case "ge" -> "le";
      default -> sign;
    };
  }

  private static RealSet half(End end, String sign) {
    return switch (sign) {
      case "<" -> RealSet.of(new Piece(End.NEGATIVE_INFINITY, false, end, false));
      case "le" -> RealSet.of(new Piece(End.NEGATIVE_INFINITY, false, end, true));
      case ">" -> RealSet.of(new Piece(end, false, End.INFINITY, false));
      case "ge" -> RealSet.of(new Piece(end, true, End.INFINITY, false));
      default -> RealSet.point(end).complement();
    };
  }
}

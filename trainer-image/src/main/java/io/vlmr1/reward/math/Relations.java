package io.vlmr1.reward.math;

import java.util.List;
import java.util.Optional;

/** Equations and inequalities that say the same: their sides differ by the same, up to a factor. */
final class Relations {
  private Relations() {}

  static boolean same(Value.Relation one, Value.Relation other, Sameness sameness) {
    if (one.signs().size() != other.signs().size()) {
      return false;
    }
    return inOrder(one, other, sameness) || inOrder(turned(one), other, sameness);
  }

  private static boolean inOrder(Value.Relation one, Value.Relation other, Sameness sameness) {
    for (int i = 0; i < one.signs().size(); i++) {
      if (!step(one, other, i, sameness)) {
        return false;
      }
    }
    return true;
  }

  private static boolean step(Value.Relation one, Value.Relation other, int at, Sameness sameness) {
    String sign = one.signs().get(at);
    String right = other.signs().get(at);
    Optional<Expr> a = difference(one, at);
    Optional<Expr> b = difference(other, at);
    if (a.isEmpty() || b.isEmpty()) {
      return false;
    }
    Optional<Integer> factor = sameness.proportional(a.get(), b.get());
    if (factor.isEmpty()) {
      return false;
    }
    boolean symmetric = sign.equals("=") || sign.equals("ne");
    boolean kept = symmetric || factor.get() > 0;
    return kept ? sign.equals(right) : turned(sign).equals(right);
  }

  private static Optional<Expr> difference(Value.Relation relation, int at) {
    Value left = relation.sides().get(at);
    Value right = relation.sides().get(at + 1);
    return left instanceof Value.Scalar a && right instanceof Value.Scalar b
        ? Optional.of(new Expr.Call("add", Terms.scalar(a), Expr.negative(Terms.scalar(b))))
        : Optional.empty();
  }

  private static Value.Relation turned(Value.Relation relation) {
    List<Value> sides = new java.util.ArrayList<>(relation.sides());
    java.util.Collections.reverse(sides);
    List<String> signs = new java.util.ArrayList<>(relation.signs());
    java.util.Collections.reverse(signs);
    return new Value.Relation(sides, signs.stream().map(Relations::turned).toList());
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
}

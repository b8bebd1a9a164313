package io.vlmr1.reward.math;

import io.vlmr1.reward.math.RealSet.End;
import io.vlmr1.reward.math.RealSet.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sets of real numbers as answers give them: intervals, lists of points, inequalities. */
final class Sets {
  private Sets() {}

  /** The set that a value is; empty when it is none or depends on symbols. */
  static Optional<RealSet> of(Value value) {
    if (value instanceof Value.Reals reals) {
      return Optional.of(reals.set());
    }
    if (value instanceof Value.Named named) {
      return named.value() instanceof Value.Scalar ? Optional.empty() : of(named.value());
    }
    if (value instanceof Value.Brackets brackets && brackets.items().size() == 2) {
      return interval(brackets);
    }
    if (value instanceof Value.Braces braces) {
      return points(braces.items());
    }
    if (value instanceof Value.Relation relation) {
      return inequality(relation);
    }
    if (value instanceof Value.Several several) {
      return joined(several);
    }
    return Optional.empty();
  }

  private static Optional<RealSet> interval(Value.Brackets brackets) {
    Optional<End> low = end(brackets.items().get(0));
    Optional<End> high = end(brackets.items().get(1));
    if (low.isEmpty() || high.isEmpty() || low.get().place() >= high.get().place()) {
      return Optional.empty(); // (2, −3) is a pair
    }
    return Optional.of(
        RealSet.of(
            new Piece(low.get(), brackets.open() == '[', high.get(), brackets.close() == ']')));
  }

  private static Optional<RealSet> points(List<Value> items) {
    RealSet set = RealSet.EMPTY;
    for (Value item : items) {
      Optional<End> end = end(item);
      if (end.isEmpty() || Double.isInfinite(end.get().place())) {
        return Optional.empty();
      }
      set = set.union(RealSet.point(end.get()));
    }
    return Optional.of(set);
  }

  private static Optional<End> end(Value value) {
    return value instanceof Value.Scalar scalar && !scalar.percent()
        ? End.of(scalar.expression())
        : Optional.empty();
  }

  /** A chain of inequalities in one linear symbol. */
  private static Optional<RealSet> inequality(Value.Relation relation) {
    RealSet set = RealSet.ALL;
    for (int i = 0; i < relation.signs().size(); i++) {
      String sign = relation.signs().get(i);
      if (!Set.of("<", ">", "le", "ge", "ne").contains(sign)) {
        return Optional.empty();
      }
      Optional<RealSet> half =
          Linear.solve(relation.sides().get(i), sign, relation.sides().get(i + 1));
      if (half.isEmpty()) {
        return half;
      }
      set = set.intersection(half.get());
    }
    Set<String> symbols = symbols(relation);
    return symbols.size() == 1 ? Optional.of(set) : Optional.empty();
  }

  static Set<String> symbols(Value.Relation relation) {
    Set<String> symbols = new java.util.LinkedHashSet<>();
    for (Value side : relation.sides()) {
      if (side instanceof Value.Scalar scalar) {
        symbols.addAll(scalar.expression().symbols());
      }
    }
    return symbols;
  }

  private static Optional<RealSet> joined(Value.Several several) {
    List<RealSet> sets = new ArrayList<>();
    String name = "";
    for (Value item : several.items()) {
      if (!(item instanceof Value.Relation relation)) {
        return Optional.empty();
      }
      String own = symbols(relation).toString();
      Optional<RealSet> set = of(item);
      if (set.isEmpty() || (!name.isEmpty() && !name.equals(own))) {
        return Optional.empty();
      }
      name = own;
      sets.add(set.get());
    }
    RealSet set = sets.get(0);
    boolean excluded =
        several.items().stream()
            .allMatch(item -> ((Value.Relation) item).signs().equals(List.of("ne")));
    long others =
        several.items().stream()
            .filter(item -> !((Value.Relation) item).signs().equals(List.of("ne")))
            .count();
    boolean but = several.joined().equals(",") && others == 1; // 0 < x < 9, x ≠ 3
    boolean all = several.joined().equals("and") || excluded || but;
    if (several.joined().equals(",") && !excluded && !but) {
      return Optional.empty(); // neither said
    }
    for (RealSet other : sets.subList(1, sets.size())) {
      set = all ? set.intersection(other) : set.union(other);
    }
    return Optional.of(set);
  }
}

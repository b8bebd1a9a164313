package io.vlmr1.reward.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings what was read into the shape in which it is compared. */
final class Shapes {
  private Shapes() {}

  /** Equations that name a value become named values, inequalities sets, and so on. */
  static Value of(Value value) {
    if (value instanceof Value.Several several) {
      return several(several);
    }
    if (!(value instanceof Value.Relation relation)) {
      return value;
    }
    boolean equations = relation.signs().stream().allMatch("="::equals);
    if (!equations) {
      return Sets.of(relation)
          .<Value>map(
              set -> new Value.Named(Sets.symbols(relation).toString(), new Value.Reals(set)))
          .orElse(relation);
    }
    List<Value> sides = relation.sides();
    Value last = sides.get(sides.size() - 1);
    Optional<String> name = name(sides.get(0));
    if (name.isPresent()) {
      return new Value.Named(name.get(), last);
    }
    Optional<String> after = name(last);
    if (after.isPresent() && sides.size() == 2) {
      return new Value.Named(after.get(), sides.get(0));
    }
    boolean constant = sides.stream().allMatch(Shapes::constant);
    return constant ? last : relation;
  }

  private static Value several(Value.Several several) {
    Optional<RealSet> set = Sets.of(several);
    if (set.isPresent()) {
      return new Value.Reals(set.get());
    }
    List<Value> items = new ArrayList<>();
    for (Value item : several.items()) {
      Value shaped = of(item);
      boolean nested = shaped instanceof Value.Several;
      if (nested) {
        items.addAll(((Value.Several) shaped).items());
      } else {
        items.add(shaped);
      }
    }
    return new Value.Several(withoutNames(items), several.joined());
  }

  /** x = 1 or x = 2, and x = 1, 2: values under one name need none. */
  private static List<Value> withoutNames(List<Value> items) {
    if (!(items.get(0) instanceof Value.Named first)) {
      return items;
    }
    boolean one =
        items.stream()
            .allMatch(
                item ->
                    item instanceof Value.Named named
                        ? named.name().equals(first.name())
                        : item instanceof Value.Scalar);
    return one
        ? items.stream()
            .map(item -> item instanceof Value.Named named ? named.value() : item)
            .toList()
        : items;
  }

  private static boolean constant(Value side) {
    return side instanceof Value.Scalar scalar && scalar.expression().symbols().isEmpty();
  }

  /** The name that the left of an equation is: a letter, letters in a row, f(x), (x, y), ∠A. */
  private static Optional<String> name(Value side) {
    if (side instanceof Value.Brackets brackets) {
      List<String> names = new ArrayList<>();
      for (Value item : brackets.items()) {
        if (!(item instanceof Value.Scalar scalar)
            || !(scalar.expression() instanceof Expr.Sym symbol)) {
          return Optional.empty();
        }
        names.add(symbol.name());
      }
      return Optional.of(names.toString());
    }
    return side instanceof Value.Scalar scalar ? name(scalar.expression()) : Optional.empty();
  }

  private static Optional<String> name(Expr expression) {
    if (expression instanceof Expr.Sym symbol) {
      return Optional.of(symbol.name());
    }
    if (expression.equals(Expr.Call.I) || expression.equals(Expr.Call.E)) {
      return Optional.empty();
    }
    if (expression instanceof Expr.Call call && call.name().equals("div")) {
      Optional<String> top = name(call.first());
      Optional<String> bottom = name(call.second());
      return top.isPresent() && bottom.isPresent() && bottom.get().startsWith("d")
          ? top.filter(name -> name.startsWith("d")).map(name -> name + "/" + bottom.get())
          : Optional.empty(); // dy/dx
    }
    if (expression instanceof Expr.Call call && call.name().equals("mul")) {
      Optional<String> left = inverse(call.first()).or(() -> name(call.first()));
      Optional<String> right = name(call.second());
      return left.isPresent() && right.isPresent()
          ? Optional.of(left.get() + right.get())
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** f^{-1}, of f^{-1}(x). */
  private static Optional<String> inverse(Expr expression) {
    return expression instanceof Expr.Call call
            && call.name().equals("pow")
            && call.first() instanceof Expr.Sym function
            && call.second().equals(Expr.of(-1))
        ? Optional.of(function.name() + "^-1").filter(name -> name.matches("[fghFGH]\\^-1"))
        : Optional.empty();
  }
}

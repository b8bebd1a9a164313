package io.vlmr1.reward.math;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An expression that has a value once its symbols have one. */
sealed interface Expr {
  /**
   * A number as written.
   *
   * @param value exact
   * @param decimal whether it was written with decimals, and may therefore be rounded
   */
  record Num(Rational value, boolean decimal) implements Expr {}

  /**
   * A variable.
   *
   * @param name with its subscript
   */
  record Sym(String name) implements Expr {}

  /**
   * An operation, a function or a constant by its name.
   *
   * @param name as {@link Approximation} and {@link Exact} know it
   * @param arguments in order
   */
  record Call(String name, List<Expr> arguments) implements Expr {
    static final Expr PI = new Call("pi");
    static final Expr E = new Call("e");
    static final Expr I = new Call("i");
    static final Expr INFINITY = new Call("infinity");

    public Call {
      arguments = List.copyOf(arguments);
    }

    Call(String name, Expr... arguments) {
      this(name, List.of(arguments));
    }

    Expr first() {
      return arguments.get(0);
    }

    Expr second() {
      return arguments.get(1);
    }
  }

  static Expr of(long value) {
    return new Num(Rational.of(value), false);
  }

  static Expr negative(Expr value) {
    return value instanceof Num number
        ? new Num(number.value().negate(), number.decimal())
        : new Call("neg", value);
  }

  /** Its free symbols, in order of appearance. */
  default Set<String> symbols() {
    Set<String> names = new LinkedHashSet<>();
    collect(this, names);
    return names;
  }

  private static void collect(Expr expression, Set<String> names) {
    if (expression instanceof Sym symbol) {
      names.add(symbol.name());
    } else if (expression instanceof Call call) {
      boolean bound = call.name().equals("sum") || call.name().equals("prod");
      if (bound || call.name().equals("integral")) {
        Set<String> inner = call.arguments().get(3).symbols();
        inner.removeAll(call.first().symbols());
        names.addAll(inner);
        collect(call.second(), names);
        collect(call.arguments().get(2), names);
      } else {
        call.arguments().forEach(argument -> collect(argument, names));
      }
    }
  }

  /** Whether the function of a name stands somewhere in it. */
  default boolean uses(Set<String> functions) {
    return this instanceof Call call
        && (functions.contains(call.name())
            || call.arguments().stream().anyMatch(argument -> argument.uses(functions)));
  }
}

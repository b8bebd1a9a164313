package io.vlmr1.reward.math;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What an answer can be. */
sealed interface Value {

  /**
   * A number or an expression.
   *
   * @param expression of it
   * @param percent whether it was followed by %
   * @param unit that it counts
   */
  record Scalar(Expr expression, boolean percent, Optional<Units> unit) implements Value {
    static Scalar of(Expr expression) {
      return new Scalar(expression, false, Optional.empty());
    }
  }

  /** Several values in any order, not in braces: "2, 5, 9", "x = 1 or x = 2", what ± stands for. */
  record Several(List<Value> items, String joined) implements Value {
    public Several {
      items = List.copyOf(items);
    }
  }

  /** Values in braces: order and repetition do not count. */
  record Braces(List<Value> items) implements Value {
    public Braces {
      items = List.copyOf(items);
    }
  }

  /** Values in round or square brackets: a tuple, or an interval when there are two. */
  record Brackets(char open, List<Value> items, char close) implements Value {
    public Brackets {
      items = List.copyOf(items);
    }
  }

  /** Rows of a matrix. */
  record Matrix(List<List<Value>> rows) implements Value {
    public Matrix {
      rows = rows.stream().map(List::copyOf).toList();
    }

    /** The matrix of other entries. */
    Matrix map(Function<Value, Expr> entry) {
      return new Matrix(
          rows.stream()
              .map(row -> row.stream().map(one -> (Value) Scalar.of(entry.apply(one))).toList())
              .toList());
    }
  }

  /**
   * Sides joined by relations.
   *
   * @param sides in order
   * @param signs between them: = < > le ge ne
   */
  record Relation(List<Value> sides, List<String> signs) implements Value {
    public Relation {
      sides = List.copyOf(sides);
      signs = List.copyOf(signs);
    }
  }

  /** A value under a name: x = 5, f(x) = 2x, ∠A = 30°. */
  record Named(String name, Value value) implements Value {}

  /** A set of real numbers. */
  record Reals(RealSet set) implements Value {}

  /** Parts of a ratio or of a time, a:b. */
  record Ratio(List<Value> parts) implements Value {
    public Ratio {
      parts = List.copyOf(parts);
    }
  }

  /** Anything else, compared as text. */
  record Words(String text) implements Value {}
}

package io.vlmr1.shapes;

import java.util.List;
import java.util.Locale;

/**
 * What is drawn; each fills the square from −1 to 1 in both directions, y downwards, up to its
 * edges.
 */
enum Shape {
  CIRCLE {
    @Override
    boolean covers(double x, double y) {
      return x * x + y * y <= 1;
    }
  },
  SQUARE {
    @Override
    boolean covers(double x, double y) {
      return Math.max(Math.abs(x), Math.abs(y)) <= 1;
    }
  },
  TRIANGLE {
    @Override
    boolean covers(double x, double y) {
      return Math.abs(y) <= 1 && Math.abs(x) <= (y + 1) / 2;
    }
  },
  DIAMOND {
    @Override
    boolean covers(double x, double y) {
      return Math.abs(x) + Math.abs(y) <= 1;
    }
  },
  CROSS {
    @Override
    boolean covers(double x, double y) {
      double arm = 0.36;
      return Math.max(Math.abs(x), Math.abs(y)) <= 1 && Math.min(Math.abs(x), Math.abs(y)) <= arm;
    }
  };

  /** All of them; pictures with few kinds take the first. */
  static final List<Shape> ALL = List.of(values());

  /** Whether a point belongs to the shape. */
  abstract boolean covers(double x, double y);

  /** As questions call it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

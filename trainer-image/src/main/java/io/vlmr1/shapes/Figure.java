package io.vlmr1.shapes;

import java.util.List;

/**
 * One shape of a picture.
 *
 * @param shape its form
 * @param paint its colour
 * @param large whether it is of the large kind, else of the small
 * @param left first pixel column
 * @param top first pixel row
 * @param side width and height in pixels
 */
record Figure(Shape shape, Paint paint, boolean large, int left, int top, int side) {

  /** x1, y1, x2, y2 in pixels; the second corner lies just outside. */
  List<Integer> box() {
    return List.of(left, top, left + side, top + side);
  }

  double centerX() {
    return left + side / 2.0;
  }

  double centerY() {
    return top + side / 2.0;
  }

  String sizeWord() {
    return large ? "large" : "small";
  }

  /** Part of the smaller of two boxes that the other covers, 0 to 1. */
  double overlap(Figure other) {
    int width = Math.min(left + side, other.left + other.side) - Math.max(left, other.left);
    int height = Math.min(top + side, other.top + other.side) - Math.max(top, other.top);
    double smaller = Math.min(side, other.side);
    return width <= 0 || height <= 0 ? 0 : width * height / (smaller * smaller);
  }
}

package io.vlmr1.shapes;

import java.util.List;

/** Where something lies, by its centre. */
enum Side {
  LEFT("left of", "leftmost", true, -1),
  RIGHT("right of", "rightmost", true, 1),
  ABOVE("above", "topmost", false, -1),
  BELOW("below", "lowest", false, 1);

  /** All of them. */
  static final List<Side> ALL = List.of(values());

  /** Centres nearer than that, in pixels, leave a person in doubt; such questions are not asked. */
  private static final double DOUBT = 6;

  private final String relation;
  private final String extreme;
  private final boolean across;
  private final int sign;

  Side(String relation, String extreme, boolean across, int sign) {
    this.relation = relation;
    this.extreme = extreme;
    this.across = across;
    this.sign = sign;
  }

  /** "left of" and the like. */
  String relation() {
    return relation;
  }

  /** "leftmost" and the like. */
  String extreme() {
    return extreme;
  }

  /** Whether a figure lies clearly on this side of another. */
  boolean holds(Figure figure, Figure anchor) {
    return along(figure) > along(anchor) + DOUBT;
  }

  /** Whether it is doubtful on which side a figure lies. */
  boolean doubtful(Figure figure, Figure anchor) {
    return Math.abs(along(figure) - along(anchor)) <= DOUBT;
  }

  private double along(Figure figure) {
    return sign * (across ? figure.centerX() : figure.centerY());
  }
}

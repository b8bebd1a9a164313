package io.vlmr1.shapes;

/**
 * How hard the pictures and questions are.
 *
 * @param side of the square pictures in pixels, a multiple of 28
 * @param minObjects shapes a picture, at least
 * @param maxObjects shapes a picture, at most
 * @param shapes how many kinds of shapes there are, up to 5
 * @param paints how many colours there are, up to 6
 * @param smallSide sides of small shapes start here, in pixels
 * @param largeSide sides of large shapes start here
 * @param sideSpread sides vary upwards by less than that
 * @param maxOverlap greatest part of a shape's box that another box may cover
 * @param attributeShare of questions that name attributes alone
 * @param positionShare of questions of the kind "leftmost"; the rest are relations
 * @param snap corners lie on multiples of this many pixels; 1: anywhere
 */
public record Difficulty(
    int side,
    int minObjects,
    int maxObjects,
    int shapes,
    int paints,
    int smallSide,
    int largeSide,
    int sideSpread,
    double maxOverlap,
    double attributeShare,
    double positionShare,
    int snap) {

  /** Three to five shapes of all kinds on 112 × 112 pixels. */
  public static Difficulty standard() {
    return new Difficulty(112, 3, 5, 5, 6, 16, 34, 10, 0.15, 0.4, 0.2, 1);
  }
}

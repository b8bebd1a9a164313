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

  public Difficulty {
    if (minObjects < 3 || maxObjects < minObjects) {
      // out-of-domain questions name two relations: a scene of two shapes never has one
      throw new IllegalArgumentException(
          "minObjects %d and maxObjects %d: give 3 or more, the smaller first"
              .formatted(minObjects, maxObjects));
    }
  }

  /**
   * Three shapes on 84 × 84 pixels, two or three patches wide, with corners between patches: what a
   * tiny model learns in minutes on two cores.
   */
  public static Difficulty standard() {
    return new Difficulty(84, 3, 3, 3, 5, 28, 42, 1, 0.15, 0.4, 0.2, 14);
  }
}

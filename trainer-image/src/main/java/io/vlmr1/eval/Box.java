package io.vlmr1.eval;

import io.vlmr1.reward.Completion.PictureSize;
import java.util.List;

/**
 * A box by its corners, in pixels; left and top first.
 *
 * @param left of the left edge
 * @param top of the upper edge
 * @param right of the right edge
 * @param bottom of the lower edge
 */
record Box(double left, double top, double right, double bottom) {
  /** What stands for an answer without a box. */
  static final Box NONE = new Box(0, 0, 0, 0);

  /** From the picture that the model saw to the one that lies on disk. */
  Box rescaled(PictureSize size) {
    double x = (double) size.width() / size.inputWidth();
    double y = (double) size.height() / size.inputHeight();
    return new Box(left * x, top * y, right * x, bottom * y);
  }

  /**
   * Intersection over union as VLM-R1 computes it: an overlap of at most one pixel in width or
   * height counts as none; boxes without area have none either.
   */
  double iou(Box other) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    double both = width > 1 && height > 1 ? width * height : 0;
    double union = area() + other.area() - both;
    return union == 0 ? 0 : both / union;
  }

  /** As JSON writes it. */
  List<Double> corners() {
    return List.of(left, top, right, bottom);
  }

  private double area() {
    return (right - left) * (bottom - top);
  }
}

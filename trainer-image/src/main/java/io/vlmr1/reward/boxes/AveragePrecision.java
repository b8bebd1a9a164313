package io.vlmr1.reward.boxes;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Average precision of one picture as pycocotools 2.0 computes it (COCOeval, bbox, all areas, at
 * most 100 detections a label), every detection with the score 1, in the order of the list.
 */
final class AveragePrecision {
  private static final int MOST_DETECTIONS = 100;
  private static final int RECALLS = 101;
  private static final double LARGEST_AREA = 1e10;

  /** numpy.spacing(1): keeps the first quotient defined. */
  private static final double SPACING = Math.ulp(1.0);

  private AveragePrecision() {}

  /**
   * A box as COCO has it.
   *
   * @param label index of its label, counted from 0
   */
  record Labelled(int label, double left, double top, double width, double height) {
    double area() {
      return width * height;
    }

    private boolean counts() {
      return area() >= 0 && area() <= LARGEST_AREA;
    }
  }

  /** The thresholds of `[.5:.95]`, as numpy.linspace(.5, .95, 10). */
  static double[] coco() {
    double[] thresholds = new double[10];
    double step = (0.95 - 0.5) / 9;
    for (int i = 0; i < 10; i++) {
      thresholds[i] = i * step + 0.5;
    }
    thresholds[9] = 0.95;
    return thresholds;
  }

  /**
   * Mean over thresholds, recalls and labels; empty when no true box counts, where COCO says -1.
   *
   * @param truth at least one box
   * @param found at least one box; labels below `labels`
   */
  static OptionalDouble of(
      List<Labelled> truth, List<Labelled> found, int labels, double[] thresholds) {
    double sum = 0;
    long count = 0;
    for (int label = 0; label < labels; label++) {
      List<Labelled> right = ordered(truth, label);
      List<Labelled> shown = of(found, label);
      shown = shown.subList(0, Math.min(MOST_DETECTIONS, shown.size()));
      long positives = right.stream().filter(Labelled::counts).count();
      if (positives == 0) {
        continue;
      }
      double[][] overlaps = overlaps(shown, right);
      for (double threshold : thresholds) {
        sum += precision(match(shown, right, overlaps, threshold), positives);
        count += RECALLS;
      }
    }
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }

  private static List<Labelled> of(List<Labelled> boxes, int label) {
    return boxes.stream().filter(box -> box.label == label).toList();
  }

  /** Those that count first. */
  private static List<Labelled> ordered(List<Labelled> truth, int label) {
    List<Labelled> boxes = new ArrayList<>(of(truth, label));
    boxes.sort((one, other) -> Boolean.compare(!one.counts(), !other.counts()));
    return boxes;
  }

  private static double[][] overlaps(List<Labelled> found, List<Labelled> truth) {
    double[][] overlaps = new double[found.size()][truth.size()];
    for (int d = 0; d < found.size(); d++) {
      for (int g = 0; g < truth.size(); g++) {
        overlaps[d][g] = overlap(found.get(d), truth.get(g));
      }
    }
    return overlaps;
  }

  private static double overlap(Labelled d, Labelled g) {
    double width = Math.min(d.width + d.left, g.width + g.left) - Math.max(d.left, g.left);
    double height = Math.min(d.height + d.top, g.height + g.top) - Math.max(d.top, g.top);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double both = width * height;
    return both / (d.area() + g.area() - both);
  }

  /** What became of each detection: 1 found, 0 false, -1 does not count. */
  private static int[] match(
      List<Labelled> found, List<Labelled> truth, double[][] overlaps, double threshold) {
    boolean[] taken = new boolean[truth.size()];
    int[] results = new int[found.size()];
    for (int d = 0; d < found.size(); d++) {
      double best = Math.min(threshold, 1 - 1e-10);
      int match = -1;
      for (int g = 0; g < truth.size(); g++) {
        if (taken[g]) {
          continue;
        }
        if (match >= 0 && truth.get(match).counts() && !truth.get(g).counts()) {
          break;
        }
        if (overlaps[d][g] >= best) {
          best = overlaps[d][g];
          match = g;
        }
      }
      if (match >= 0) {
        taken[match] = true;
        results[d] = truth.get(match).counts() ? 1 : -1;
      } else {
        results[d] = found.get(d).counts() ? 0 : -1;
      }
    }
    return results;
  }

  /** Sum of the interpolated precisions at 101 recalls. */
  private static double precision(int[] results, long positives) {
    double[] recall = new double[results.length];
    double[] precision = new double[results.length];
    double right = 0;
    double wrong = 0;
    for (int d = 0; d < results.length; d++) {
      right += results[d] == 1 ? 1 : 0;
      wrong += results[d] == 0 ? 1 : 0;
      recall[d] = right / positives;
      precision[d] = right / (wrong + right + SPACING);
    }
    for (int d = results.length - 1; d > 0; d--) {
      precision[d - 1] = Math.max(precision[d - 1], precision[d]);
    }
    double sum = 0;
    int d = 0;
    for (int r = 0; r < RECALLS; r++) {
      double wanted = r == RECALLS - 1 ? 1.0 : r * 0.01;
      while (d < results.length && recall[d] < wanted) {
        d++;
      }
      sum += d < results.length ? precision[d] : 0;
    }
    return sum;
  }
}

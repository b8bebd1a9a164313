package io.vlmr1.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Average precision and recall of boxes as pycocotools computes them (COCOeval, bbox): ten IoU
 * thresholds from 0.5 to 0.95, 101 recall points, sizes below 32 and 96 pixels squared, at most 1,
 * 10 and 100 boxes an image and label. −1 where there is nothing to find.
 */
public final class CocoAp {
  private static final int THRESHOLDS = 10;
  private static final int RECALLS = 101;
  private static final double EPSILON = 1e-10;

  private final Map<String, List<Truth>> truths = new LinkedHashMap<>();
  private final Map<String, List<Found>> founds = new LinkedHashMap<>();
  private final Set<String> labels = new LinkedHashSet<>();
  private final Set<Integer> images = new LinkedHashSet<>();

  private record Truth(double x, double y, double width, double height) {
    double area() {
      return width * height;
    }
  }

  private record Found(Truth box, double score) {}

  /** The range of areas that a number is about. */
  private enum Size {
    ALL(0, 1e10),
    SMALL(0, 1024),
    MEDIUM(1024, 9216),
    LARGE(9216, 1e10);

    private final double from;
    private final double to;

    Size(double from, double to) {
      this.from = from;
      this.to = to;
    }

    boolean holds(double area) {
      return area >= from && area <= to;
    }
  }

  /** A true box of an image by its corners. */
  void truth(int image, String label, double[] corners) {
    images.add(image);
    labels.add(label);
    truths.computeIfAbsent(key(image, label), absent -> new ArrayList<>()).add(box(corners));
  }

  /** A predicted box; one whose label no truth has is left out of every number. */
  void found(int image, String label, double[] corners, double score) {
    images.add(image);
    founds
        .computeIfAbsent(key(image, label), absent -> new ArrayList<>())
        .add(new Found(box(corners), score));
  }

  private static Truth box(double[] corners) {
    return new Truth(corners[0], corners[1], corners[2] - corners[0], corners[3] - corners[1]);
  }

  private static String key(int image, String label) {
    return image + " " + label;
  }

  /** The twelve numbers by the names AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, … */
  Map<String, Double> numbers() {
    Table all = table(Size.ALL, 100);
    Table small = table(Size.SMALL, 100);
    Table medium = table(Size.MEDIUM, 100);
    Table large = table(Size.LARGE, 100);
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("AP", all.precision(-1));
    numbers.put("AP50", all.precision(0));
    numbers.put("AP75", all.precision(5));
    numbers.put("APs", small.precision(-1));
    numbers.put("APm", medium.precision(-1));
    numbers.put("APl", large.precision(-1));
    numbers.put("AR1", table(Size.ALL, 1).recall());
    numbers.put("AR10", table(Size.ALL, 10).recall());
    numbers.put("AR100", all.recall());
    numbers.put("ARs", small.recall());
    numbers.put("ARm", medium.recall());
    numbers.put("ARl", large.recall());
    return numbers;
  }

  /** Precision at each recall and the last recall, [labels with truth][thresholds]. */
  private record Table(List<double[][]> precisions, List<double[]> recalls) {
    double precision(int threshold) {
      return precisions.stream()
          .flatMap(
              label ->
                  threshold < 0
                      ? Arrays.stream(label)
                      : Arrays.stream(label, threshold, threshold + 1))
          .flatMapToDouble(Arrays::stream)
          .average()
          .orElse(-1);
    }

    double recall() {
      return recalls.stream().flatMapToDouble(Arrays::stream).average().orElse(-1);
    }
  }

  private Table table(Size size, int most) {
    Table table = new Table(new ArrayList<>(), new ArrayList<>());
    for (String label : labels) {
      List<Matched> matched = new ArrayList<>();
      int positives = 0;
      for (int image : images) {
        List<Truth> truth = truths.getOrDefault(key(image, label), List.of());
        positives += (int) truth.stream().filter(box -> size.holds(box.area())).count();
        matched.addAll(match(truth, founds.getOrDefault(key(image, label), List.of()), size, most));
      }
      if (positives == 0) {
        continue;
      }
      matched.sort(Comparator.comparingDouble((Matched one) -> -one.score())); // stable
      double[][] precisions = new double[THRESHOLDS][];
      double[] recalls = new double[THRESHOLDS];
      for (int t = 0; t < THRESHOLDS; t++) {
        precisions[t] = curve(matched, t, positives, recalls);
      }
      table.precisions().add(precisions);
      table.recalls().add(recalls);
    }
    return table;
  }

  /** A prediction: whether it is right, and whether it is left out, at each threshold. */
  private record Matched(double score, boolean[] right, boolean[] ignored) {}

  private static List<Matched> match(List<Truth> truth, List<Found> found, Size size, int most) {
    List<Truth> ordered = new ArrayList<>(truth);
    ordered.sort(Comparator.comparing((Truth box) -> !size.holds(box.area()))); // ignored ones last
    List<Found> best = new ArrayList<>(found);
    best.sort(Comparator.comparingDouble((Found one) -> -one.score()));
    best = best.subList(0, Math.min(most, best.size()));
    List<Matched> matched = new ArrayList<>();
    for (Found one : best) {
      matched.add(new Matched(one.score(), new boolean[THRESHOLDS], new boolean[THRESHOLDS]));
    }
    for (int t = 0; t < THRESHOLDS; t++) {
      boolean[] taken = new boolean[ordered.size()];
      for (int d = 0; d < best.size(); d++) {
        int g = partner(ordered, taken, best.get(d).box(), threshold(t), size);
        if (g >= 0) {
          taken[g] = true;
        }
        matched.get(d).right()[t] = g >= 0;
        matched.get(d).ignored()[t] =
            g >= 0 ? !size.holds(ordered.get(g).area()) : !size.holds(best.get(d).box().area());
      }
    }
    return matched;
  }

  /** The free true box of largest overlap; an ignored one only when no other fits; −1: none. */
  private static int partner(
      List<Truth> truth, boolean[] taken, Truth found, double threshold, Size size) {
    double reach = Math.min(threshold, 1 - EPSILON);
    int partner = -1;
    for (int g = 0; g < truth.size(); g++) {
      if (taken[g]) {
        continue;
      }
      boolean counted = partner >= 0 && size.holds(truth.get(partner).area());
      if (counted && !size.holds(truth.get(g).area())) {
        break;
      }
      double iou = iou(found, truth.get(g));
      if (iou >= reach) {
        reach = iou;
        partner = g;
      }
    }
    return partner;
  }

  private static double[] curve(
      List<Matched> matched, int threshold, int positives, double[] recalls) {
    List<double[]> points = new ArrayList<>(); // recall, precision
    double right = 0;
    double wrong = 0;
    for (Matched one : matched) {
      if (!one.ignored()[threshold]) {
        right += one.right()[threshold] ? 1 : 0;
        wrong += one.right()[threshold] ? 0 : 1;
      }
      points.add(new double[] {right / positives, right / (right + wrong + Math.ulp(1.0))});
    }
    for (int i = points.size() - 1; i > 0; i--) {
      points.get(i - 1)[1] = Math.max(points.get(i - 1)[1], points.get(i)[1]);
    }
    recalls[threshold] = points.isEmpty() ? 0 : points.get(points.size() - 1)[0];
    double[] precisions = new double[RECALLS];
    int at = 0;
    for (int r = 0; r < RECALLS; r++) {
      while (at < points.size() && points.get(at)[0] < recall(r)) {
        at++;
      }
      precisions[r] = at < points.size() ? points.get(at)[1] : 0;
    }
    return precisions;
  }

  /** As numpy's linspace gives it. */
  private static double threshold(int t) {
    return t == THRESHOLDS - 1 ? 0.95 : 0.5 + t * (0.95 - 0.5) / (THRESHOLDS - 1);
  }

  private static double recall(int r) {
    return r == RECALLS - 1 ? 1 : r * (1.0 / (RECALLS - 1));
  }

  static double iou(double[] one, double[] other) {
    return iou(box(one), box(other));
  }

  private static double iou(Truth one, Truth other) {
    double width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
    double height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double both = width * height;
    return both / (one.area() + other.area() - both);
  }
}

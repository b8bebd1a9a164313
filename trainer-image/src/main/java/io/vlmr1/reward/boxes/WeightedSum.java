package io.vlmr1.reward.boxes;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.reward.Score;
import io.vlmr1.reward.text.CleanText;
import io.vlmr1.reward.text.Fences;
import io.vlmr1.reward.text.JsonText;
import io.vlmr1.reward.text.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Detections by greedy matching: 0.7 · position + 0.3 · completeness. Source: `detection_score` of
 * VLM-R1.
 */
public final class WeightedSum {
  private static final double LEAST_OVERLAP = 0.5;
  private static final String UNUSABLE = "the solution's fence holds no list";

  private WeightedSum() {}

  /**
   * The score and why.
   *
   * @param original as VLM-R1's code gives it: a box without a label takes the one before
   */
  public static Score score(String completion, String solution, boolean original) {
    String answer = CleanText.of(completion);
    String truth = CleanText.of(solution);
    if (truth.equals("none")) {
      return answer.equals("none")
          ? Score.of(1, "both say None")
          : Score.of(0, Tags.shown(answer) + " for None");
    }
    Optional<List<JsonNode>> right = items(truth);
    if (right.isEmpty()) {
      return Score.notApplicable(UNUSABLE);
    }
    List<JsonNode> shown = items(answer).orElse(List.of());
    if (right.get().isEmpty() || shown.isEmpty()) {
      return Score.of(
          right.get().isEmpty() && shown.isEmpty() ? 1 : 0,
          shown.size() + " boxes for " + right.get().size() + " true ones");
    }
    return matched(shown, right.get(), original);
  }

  /** Items of the first fence; none without one; empty for what is no list. */
  private static Optional<List<JsonNode>> items(String text) {
    Optional<String> fence = Fences.first(text).filter(inside -> !inside.isEmpty());
    return fence.isEmpty()
        ? Optional.of(List.of())
        : JsonText.read(fence.get()).flatMap(JsonText::items);
  }

  private static Score matched(List<JsonNode> shown, List<JsonNode> right, boolean original) {
    double[][] overlaps = overlaps(shown, right);
    List<Integer> open = new ArrayList<>(IntStream.range(0, shown.size()).boxed().toList());
    List<Integer> missed = new ArrayList<>(IntStream.range(0, right.size()).boxed().toList());
    double position = 0;
    Optional<String> before = Optional.empty();
    while (!open.isEmpty() && !missed.isEmpty()) {
      int[] best = best(open, missed, overlaps);
      if (best[0] < 0 || overlaps[best[0]][best[1]] < LEAST_OVERLAP) {
        break;
      }
      Optional<String> label = label(shown.get(best[0]));
      if (original && label.isEmpty()) {
        label = before;
        if (label.isEmpty()) {
          return Score.notApplicable("a box without a label");
        }
      }
      before = label;
      boolean same = label.isPresent() && label.get().equals(label(right.get(best[1])).orElse(""));
      position += same ? overlaps[best[0]][best[1]] : 0;
      open.remove((Integer) best[0]);
      missed.remove((Integer) best[1]);
    }
    double miss = (double) missed.size() / right.size();
    double alarm = (double) open.size() / shown.size();
    double place = position / right.size();
    double complete = 1 - (miss + alarm) / 2;
    return Score.of(
        0.7 * place + 0.3 * complete,
        String.format(
            Locale.ROOT,
            "position %.3f, completeness %.3f: %d of %d found, %d false",
            place,
            complete,
            right.size() - missed.size(),
            right.size(),
            open.size()));
  }

  private static int[] best(List<Integer> open, List<Integer> missed, double[][] overlaps) {
    int[] best = {-1, -1};
    double most = -1;
    for (int p : open) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("given up, the time was over");
      }
      for (int g : missed) {
        if (overlaps[p][g] > most) {
          most = overlaps[p][g];
          best = new int[] {p, g};
        }
      }
    }
    return best;
  }

  private static double[][] overlaps(List<JsonNode> shown, List<JsonNode> right) {
    double[][] overlaps = new double[shown.size()][right.size()];
    for (int p = 0; p < shown.size(); p++) {
      Optional<double[]> one = BoxList.corners(shown.get(p));
      for (int g = 0; g < right.size(); g++) {
        Optional<double[]> other = BoxList.corners(right.get(g));
        overlaps[p][g] =
            one.isPresent() && other.isPresent()
                ? box(one.get()).intersectionOverUnion(box(other.get()), 1)
                : 0;
      }
    }
    return overlaps;
  }

  private static Box box(double[] corners) {
    return new Box(corners[0], corners[1], corners[2], corners[3]);
  }

  private static Optional<String> label(JsonNode item) {
    return Optional.ofNullable(item.path("label").textValue())
        .map(text -> text.toLowerCase(Locale.ROOT));
  }

  /** Why a solution cannot be compared with anything; empty when it can. */
  public static Optional<String> unusable(String solution) {
    String truth = CleanText.of(solution);
    return items(truth).isPresent()
        ? Optional.empty()
        : Optional.of(UNUSABLE + ": " + Tags.shown(truth));
  }
}

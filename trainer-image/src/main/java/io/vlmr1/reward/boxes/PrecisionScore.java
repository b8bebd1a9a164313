package io.vlmr1.reward.boxes;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.data.Whitespace;
import io.vlmr1.reward.Score;
import io.vlmr1.reward.text.Fences;
import io.vlmr1.reward.text.JsonText;
import io.vlmr1.reward.text.Tags;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Detections by average precision over the last fence of JSON. Source: `map_reward`, `od_reward`
 * and `odLength_reward` of VLM-R1.
 *
 * @param answerOnly whether the last `<answer>` is read, and not the whole text
 * @param half whether only the threshold 0.5 counts, and not [.5:.95]
 * @param length whether more boxes than there are lower the score
 */
public record PrecisionScore(boolean answerOnly, boolean half, boolean length) {
  private static final String UNUSABLE = "the solution's fence holds no list of labelled boxes";

  /**
   * The score and why.
   *
   * @param original as VLM-R1's code gives it, −1 and errors included
   */
  public Score score(String completion, String solution, boolean original) {
    if (!answerOnly) {
      return score(completion, solution, completion, original);
    }
    Optional<String> given = Tags.lastAnswer(completion).map(Whitespace::strip);
    Optional<String> tagged = Tags.firstAnswer(solution).map(Whitespace::strip);
    if (given.isEmpty()) {
      return Score.of(0, "no <answer> with </answer>");
    }
    if (original && tagged.isEmpty()) {
      return Score.notApplicable("the solution has no <answer>");
    }
    String truth = tagged.orElse(Whitespace.strip(solution));
    if (truth.equals("None") && given.get().equals("None")) {
      return Score.of(1, "both say None");
    }
    return score(given.get(), truth, completion, original);
  }

  private Score score(String given, String truth, String completion, boolean original) {
    Optional<List<JsonNode>> right = truth(truth);
    if (right.isEmpty()) {
      return Score.notApplicable(UNUSABLE);
    }
    Optional<String> fence = Fences.last(given);
    Optional<List<JsonNode>> read =
        fence.isEmpty()
            ? Optional.of(List.of())
            : JsonText.read(fence.get()).flatMap(JsonText::items);
    List<JsonNode> shown = read.orElse(List.of());
    if (right.get().isEmpty() && shown.isEmpty()) {
      boolean broken = !original && !truth.contains("```json") && broken(completion);
      return broken
          ? Score.of(0, "broken JSON in the fence is not an empty list")
          : Score.of(1, "no boxes on either side");
    }
    if (right.get().isEmpty() || shown.isEmpty()) {
      String found = read.isEmpty() ? "broken JSON in the fence" : shown.size() + " boxes";
      return Score.of(0, found + " for " + right.get().size() + " true ones");
    }
    return precision(right.get(), shown, original);
  }

  private Score precision(List<JsonNode> right, List<JsonNode> shown, boolean original) {
    Optional<BoxList.Truth> truth = BoxList.Truth.of(right);
    if (truth.isEmpty()) {
      return Score.notApplicable(UNUSABLE);
    }
    List<AveragePrecision.Labelled> known = truth.get().known(shown);
    if (known.isEmpty()) {
      return Score.of(0, "no box bears a label of the truth");
    }
    double[] thresholds = half ? new double[] {0.5} : AveragePrecision.coco();
    OptionalDouble found =
        AveragePrecision.of(truth.get().boxes(), known, truth.get().labels().size(), thresholds);
    double precision = found.orElse(original ? -1 : 0);
    double share = Math.min(1, (double) right.size() / shown.size());
    double score = length ? precision * share : precision;
    return Score.of(
        score,
        String.format(
            Locale.ROOT,
            "AP%s %.3f of %d boxes for %d true ones%s",
            half ? "50" : "",
            precision,
            shown.size(),
            right.size(),
            length && share < 1 ? String.format(Locale.ROOT, ", times %.2f", share) : ""));
  }

  /** Whether the last fence of a text holds something that is no list. */
  private static boolean broken(String completion) {
    Optional<String> fence = Fences.last(completion);
    return fence.isPresent()
        && !Set.of("none", "null", "").contains(fence.get().toLowerCase(Locale.ROOT))
        && JsonText.read(fence.get()).filter(JsonNode::isArray).isEmpty();
  }

  /** The true items; empty when there is a fence that holds none. */
  private static Optional<List<JsonNode>> truth(String truth) {
    Optional<String> fence = Fences.last(truth).filter(text -> !text.isEmpty());
    return fence.isEmpty()
        ? Optional.of(List.of())
        : JsonText.read(fence.get()).flatMap(JsonText::items);
  }

  /** Why a solution cannot be compared with anything; empty when it can. */
  public Optional<String> unusable(String solution) {
    String truth = answerOnly ? Tags.firstAnswerOrAll(solution) : solution;
    Optional<List<JsonNode>> items = truth(truth);
    boolean usable =
        items.isPresent() && (items.get().isEmpty() || BoxList.Truth.of(items.get()).isPresent());
    return usable
        ? Optional.empty()
        : Optional.of(
            UNUSABLE
                + ": "
                + Tags.shown(truth)
                + "; write [{\"bbox_2d\": [x1, y1, x2, y2], \"label\": …}]");
  }
}

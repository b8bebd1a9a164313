package io.vlmr1.reward;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.data.Whitespace;
import io.vlmr1.reward.text.Fences;
import io.vlmr1.reward.text.JsonRepair;
import io.vlmr1.reward.text.JsonText;
import io.vlmr1.reward.text.PythonText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Minus the share of repeated pieces: of boxes with their labels where the text holds a list of
 * them, else of six words in a row. Source: `repetition_reward` of VLM-R1.
 *
 * @param name under which it is known
 * @param original whether a list that is not of objects gives no score, as VLM-R1's code stops
 */
record RepetitionReward(String name, boolean original) implements Reward {
  private static final int WORDS = 6;

  @Override
  public Score score(Completion completion) {
    String text = completion.text();
    Optional<List<JsonNode>> list = list(text);
    if (list.isPresent()) {
      Optional<Score> boxes = boxes(list.get());
      if (boxes.isPresent()) {
        return boxes.get();
      }
      if (original) {
        return Score.notApplicable("the list is not of objects");
      }
    }
    return words(text);
  }

  /** The items of the first list; empty when there is no list, or nothing in it. */
  private static Optional<List<JsonNode>> list(String text) {
    Optional<String> json = Fences.first(text);
    if (json.isEmpty()) {
      json = Fences.firstOfAny(text).filter(inside -> !inside.isEmpty());
      json = json.isPresent() ? json : bareList(text);
    }
    Optional<JsonNode> read =
        json.filter(inside -> !inside.isEmpty())
            .flatMap(inside -> JsonText.read(inside).or(() -> JsonRepair.read(inside)));
    return read.filter(node -> node.isArray() && !node.isEmpty()).flatMap(JsonText::items);
  }

  /** From a bracket with a brace to the next brace with a bracket after both names. */
  private static Optional<String> bareList(String text) {
    for (int from = text.indexOf('['); from >= 0; from = text.indexOf('[', from + 1)) {
      int brace = afterBlanks(text, from + 1);
      if (brace < text.length() && text.charAt(brace) == '{') {
        int box = text.indexOf("\"bbox_2d\"", brace);
        int label = box < 0 ? -1 : text.indexOf("\"label\"", box);
        int end = label < 0 ? -1 : listEnd(text, label);
        return end < 0 ? Optional.empty() : Optional.of(text.substring(from, end));
      }
    }
    return Optional.empty();
  }

  private static int listEnd(String text, int from) {
    for (int brace = text.indexOf('}', from); brace >= 0; brace = text.indexOf('}', brace + 1)) {
      int bracket = afterBlanks(text, brace + 1);
      if (bracket < text.length() && text.charAt(bracket) == ']') {
        return bracket + 1;
      }
    }
    return -1;
  }

  private static int afterBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && Whitespace.is(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Empty when an item is neither an object, nor a text or list without both names in it. */
  private static Optional<Score> boxes(List<JsonNode> items) {
    List<String> pieces = new ArrayList<>();
    for (JsonNode item : items) {
      if (item.isObject()) {
        if (item.has("bbox_2d") && item.has("label")) {
          pieces.add(PythonText.of(item.get("bbox_2d")) + "_" + PythonText.of(item.get("label")));
        }
      } else if (!item.isTextual() && !item.isArray()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        pieces.isEmpty() ? Score.of(0, "a list without boxes") : repeated(pieces, "boxes"));
  }

  private static Score words(String text) {
    List<String> words = split(text.toLowerCase(Locale.ROOT));
    if (words.size() < WORDS) {
      return Score.of(0, "fewer than " + WORDS + " words");
    }
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i + WORDS <= words.size(); i++) {
      pieces.add(String.join(" ", words.subList(i, i + WORDS)));
    }
    return repeated(pieces, WORDS + " words in a row");
  }

  private static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean space = i == text.length() || Whitespace.is(text.charAt(i));
      if (space && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      } else if (!space && start < 0) {
        start = i;
      }
    }
    return words;
  }

  private static Score repeated(List<String> pieces, String what) {
    Set<String> distinct = new HashSet<>(pieces);
    double share = 1 - (double) distinct.size() / pieces.size();
    return Score.of(
        share == 0 ? 0 : -share,
        distinct.size() + " of " + pieces.size() + " " + what + " distinct");
  }
}

package io.vlmr1.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists of `{"bbox_2d": [x1, y1, x2, y2], "label": …}` in texts. */
final class LabelledBoxes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FENCE = Pattern.compile("```json(.*?)```", Pattern.DOTALL);
  private static final Pattern ANSWER = Pattern.compile("<answer>(.*?)</answer>", Pattern.DOTALL);

  private LabelledBoxes() {}

  /**
   * A box with its label.
   *
   * @param label in lower case
   * @param corners left, top, right, bottom
   */
  record Labelled(String label, double[] corners) {
    List<Double> list() {
      return List.of(corners[0], corners[1], corners[2], corners[3]);
    }
  }

  /** Those of an answer: of the last fence of the text, else of the last answer as it stands. */
  static List<Labelled> ofAnswer(String text) {
    String json = last(FENCE, text);
    return parse(json.isEmpty() ? last(ANSWER, text) : json);
  }

  /** Those of a row's solution: fenced or not. */
  static List<Labelled> ofTruth(String solution) {
    return ofAnswer(solution);
  }

  /** Whether a solution says that there is nothing to find. */
  static boolean none(String solution) {
    String inner = last(ANSWER, solution).strip();
    return inner.equalsIgnoreCase("none") || inner.equals("[]");
  }

  /** The corners of the first object in the first fence; empty when there is no such thing. */
  static List<Double> first(String text) {
    Matcher fence = FENCE.matcher(text);
    if (!fence.find()) {
      return List.of();
    }
    try {
      JsonNode box = JSON.readTree(fence.group(1).strip()).path(0).path("bbox_2d");
      return corners(box);
    } catch (JsonProcessingException e) {
      return List.of();
    }
  }

  private static List<Labelled> parse(String json) {
    List<Labelled> boxes = new ArrayList<>();
    try {
      JsonNode list = JSON.readTree(json.strip());
      for (JsonNode one : list.isObject() ? List.of(list) : list) {
        List<Double> corners = corners(one.path("bbox_2d"));
        if (!corners.isEmpty()) {
          double[] four = corners.stream().mapToDouble(Double::doubleValue).toArray();
          String label = one.path("label").asText("").strip().toLowerCase(Locale.ROOT);
          boxes.add(new Labelled(label, four));
        }
      }
    } catch (JsonProcessingException e) {
      return List.of(); // no list: nothing was found
    }
    return boxes;
  }

  private static List<Double> corners(JsonNode box) {
    List<Double> corners = new ArrayList<>();
    if (!box.isArray() || box.size() < 4) {
      return List.of();
    }
    for (int i = 0; i < 4; i++) {
      if (!box.get(i).isNumber() || !Double.isFinite(box.get(i).asDouble())) {
        return List.of();
      }
      corners.add(box.get(i).asDouble());
    }
    return corners;
  }

  private static String last(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    String last = "";
    while (found.find()) {
      last = found.group(1);
    }
    return last;
  }
}

package io.vlmr1.cli.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.cli.run.EvaluationFile;
import io.vlmr1.report.html.CardPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pages of result files: every row with its picture, the true boxes and the answered ones. */
final class ResultPage {
  /** Pictures are inside of the page: more would make it too large to open. */
  private static final int CARDS = 200;

  private ResultPage() {}

  /** One evaluation. */
  static void write(Path results, Path images, Path html) {
    Map<String, String> facts = facts(results);
    List<CardPage.Card> cards = new ArrayList<>();
    for (JsonNode row : first(EvaluationFile.read(results).path("results"))) {
      Map<String, List<List<Double>>> boxes = new LinkedHashMap<>();
      boxes.put("truth", boxes(row.path("ground_truth")));
      boxes.put("after", boxes(row.path("extracted_answer")));
      Map<String, String> texts = new LinkedHashMap<>();
      texts.put("answer", row.path("model_output").asText());
      texts.put("truth", text(row.path("ground_truth")));
      texts.put("counted", counted(row));
      cards.add(new CardPage.Card(title(row), pictures(row, images), boxes, texts));
    }
    CardPage.write(
        html,
        "Evaluation " + results.getFileName(),
        Map.of("truth", "truth", "after", "answer"),
        facts,
        cards);
  }

  /**
   * Two evaluations of the same rows side by side; rows that they decide differently come first.
   */
  static void compare(Path before, Path after, Path images, Path html) {
    Map<String, JsonNode> others = new LinkedHashMap<>();
    EvaluationFile.read(before).path("results").forEach(row -> others.put(key(row), row));
    List<CardPage.Card> different = new ArrayList<>();
    List<CardPage.Card> same = new ArrayList<>();
    for (JsonNode row : EvaluationFile.read(after).path("results")) {
      JsonNode old = others.get(key(row));
      if (old != null) {
        boolean changed = old.path("correct").asInt() != row.path("correct").asInt();
        (changed ? different : same).add(card(old, row, images));
      }
    }
    List<CardPage.Card> cards = new ArrayList<>(different);
    cards.addAll(same);
    Map<String, String> facts = new LinkedHashMap<>();
    facts(before).forEach((name, value) -> facts.put("first: " + name, value));
    facts(after).forEach((name, value) -> facts.put("second: " + name, value));
    facts.put("rows decided differently", Integer.toString(different.size()));
    Map<String, String> legend = new LinkedHashMap<>();
    legend.put("truth", "truth");
    legend.put("before", String.valueOf(before.getFileName()));
    legend.put("after", String.valueOf(after.getFileName()));
    CardPage.write(
        html,
        before.getFileName() + " and " + after.getFileName(),
        legend,
        facts,
        cards.subList(0, Math.min(CARDS, cards.size())));
  }

  private static CardPage.Card card(JsonNode old, JsonNode row, Path images) {
    Map<String, List<List<Double>>> boxes = new LinkedHashMap<>();
    boxes.put("truth", boxes(row.path("ground_truth")));
    boxes.put("before", boxes(old.path("extracted_answer")));
    boxes.put("after", boxes(row.path("extracted_answer")));
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("first", counted(old) + "\n" + old.path("model_output").asText());
    texts.put("second", counted(row) + "\n" + row.path("model_output").asText());
    texts.put("truth", text(row.path("ground_truth")));
    return new CardPage.Card(title(row), pictures(row, images), boxes, texts);
  }

  static String key(JsonNode row) {
    return row.path("image") + " " + row.path("question").asText();
  }

  private static Map<String, String> facts(Path results) {
    Map<String, String> facts = new LinkedHashMap<>();
    JsonNode file = EvaluationFile.read(results);
    facts.put("model", file.path("checkpoint").asText());
    facts.put("task", file.path("task").asText());
    EvaluationFile.metrics(results)
        .entrySet()
        .forEach(metric -> facts.put(metric.getKey(), EvaluationFile.value(metric)));
    return facts;
  }

  private static List<JsonNode> first(JsonNode rows) {
    List<JsonNode> first = new ArrayList<>();
    for (JsonNode row : rows) {
      if (first.size() < CARDS) {
        first.add(row);
      }
    }
    return first;
  }

  private static String title(JsonNode row) {
    return row.path("question").asText();
  }

  private static String counted(JsonNode row) {
    StringBuilder words = new StringBuilder(row.path("correct").asInt() == 1 ? "right" : "wrong");
    for (String name : List.of("iou", "f1", "score", "reason")) {
      if (row.has(name)) {
        words.append(", ").append(name).append(' ').append(row.path(name).asText());
      }
    }
    return words.toString();
  }

  private static List<Path> pictures(JsonNode row, Path images) {
    List<Path> pictures = new ArrayList<>();
    JsonNode image = row.path("image");
    for (JsonNode name : image.isArray() ? image : List.of(image)) {
      Path file = images.resolve(name.asText());
      if (!name.asText().isEmpty() && Files.isRegularFile(file)) {
        pictures.add(file);
      }
    }
    return pictures;
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }

  /** Boxes of a field: four numbers, or a list of objects with bbox_2d. */
  private static List<List<Double>> boxes(JsonNode value) {
    List<List<Double>> boxes = new ArrayList<>();
    if (value.isArray() && value.path(0).isNumber()) {
      List<Double> numbers = new ArrayList<>();
      value.forEach(number -> numbers.add(number.asDouble()));
      if (numbers.size() == 2) { // a point: a small square around it
        double x = numbers.get(0);
        double y = numbers.get(1);
        boxes.add(List.of(x - 2, y - 2, x + 2, y + 2));
      } else {
        boxes.add(numbers);
      }
    } else if (value.isArray()) {
      value.forEach(one -> boxes.addAll(boxes(one.path("bbox_2d"))));
    }
    return boxes;
  }
}

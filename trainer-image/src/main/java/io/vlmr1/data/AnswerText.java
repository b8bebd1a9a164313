package io.vlmr1.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An answer that is not a text, as VLM-R1 compares it: numbers, truth values and nothing as Python
 * prints them, lists and objects as JSON with blanks after commas and colons.
 */
final class AnswerText {
  private AnswerText() {}

  static String of(JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean() ? "True" : "False";
    }
    return value.isNull() ? "None" : json(value);
  }

  private static String json(JsonNode value) {
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(json(element)));
      return "[" + String.join(", ", elements) + "]";
    }
    if (value.isObject()) {
      List<String> fields = new ArrayList<>();
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        fields.add(TextNode.valueOf(field.getKey()) + ": " + json(field.getValue()));
      }
      return "{" + String.join(", ", fields) + "}";
    }
    return value.isFloatingPointNumber() ? NumberText.of(value.asDouble()) : value.toString();
  }
}

package io.vlmr1.reward.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.data.NumberText;
import java.util.Map;

/** JSON values as Python's `str` prints them: what VLM-R1 counts as the same box. */
public final class PythonText {
  private PythonText() {}

  /** As `str(value)`: texts without quotes. */
  public static String of(JsonNode value) {
    return value.isTextual() ? value.textValue() : quoted(value);
  }

  /** As `repr(value)`. */
  private static String quoted(JsonNode value) {
    StringBuilder text = new StringBuilder();
    if (value.isArray()) {
      for (JsonNode item : value) {
        text.append(text.length() == 0 ? "" : ", ").append(quoted(item));
      }
      return "[" + text + "]";
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        text.append(text.length() == 0 ? "" : ", ");
        text.append(quote(field.getKey())).append(": ").append(quoted(field.getValue()));
      }
      return "{" + text + "}";
    }
    if (value.isTextual()) {
      return quote(value.textValue());
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "True" : "False";
    }
    if (value.isNull()) {
      return "None";
    }
    return value.isIntegralNumber() ? value.asText() : NumberText.of(value.doubleValue());
  }

  private static String quote(String text) {
    String escaped =
        text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    return text.indexOf('\'') >= 0 && text.indexOf('"') < 0
        ? '"' + escaped + '"'
        : "'" + escaped.replace("'", "\\'") + "'";
  }
}

package io.vlmr1.reward.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.data.Whitespace;
import java.util.Optional;

/**
 * Reads JSON that a model broke: trailing or missing commas, single quotes, names without quotes,
 * brackets that are never closed. What comes before the first bracket is passed over.
 */
public final class JsonRepair {
  private static final int DEEPEST = 200;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String text;
  private int at;
  private int depth;

  private JsonRepair(String text) {
    this.text = text;
  }

  /** The list or object of a text, or empty when it has neither. */
  public static Optional<JsonNode> read(String text) {
    JsonRepair repair = new JsonRepair(text);
    while (repair.at < text.length() && "[{".indexOf(text.charAt(repair.at)) < 0) {
      repair.at++;
    }
    return repair.at == text.length() ? Optional.empty() : Optional.of(repair.value());
  }

  private JsonNode value() {
    char letter = text.charAt(at);
    if (depth >= DEEPEST) {
      at = text.length(); // nobody means this
      return NODES.nullNode();
    }
    depth++;
    JsonNode value =
        switch (letter) {
          case '[' -> list();
          case '{' -> object();
          case '"', '\'', '“' -> NODES.textNode(quoted());
          default -> bare();
        };
    depth--;
    return value;
  }

  private ArrayNode list() {
    ArrayNode list = NODES.arrayNode();
    at++;
    while (skip()) {
      char letter = text.charAt(at);
      if (letter == ']') {
        at++;
        return list;
      }
      if (letter == '}') {
        return list; // a bracket that was left open
      }
      int before = at;
      list.add(value());
      at += at == before ? 1 : 0;
    }
    return list;
  }

  private ObjectNode object() {
    ObjectNode object = NODES.objectNode();
    at++;
    while (skip()) {
      char letter = text.charAt(at);
      if (letter == '}') {
        at++;
        return object;
      }
      if (letter == ']') {
        return object;
      }
      int before = at;
      String name = "\"'“".indexOf(letter) >= 0 ? quoted() : name();
      if (skip() && text.charAt(at) == ':') {
        at++;
        object.set(name, skip() ? value() : NODES.textNode(""));
      }
      at += at == before ? 1 : 0;
    }
    return object;
  }

  /** Passes over white space and commas; whether anything is left. */
  private boolean skip() {
    while (at < text.length() && (text.charAt(at) == ',' || Whitespace.is(text.charAt(at)))) {
      at++;
    }
    return at < text.length();
  }

  private String quoted() {
    char open = text.charAt(at++);
    char close = open == '“' ? '”' : open;
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != close) {
      char letter = text.charAt(at++);
      if (letter == '\\' && at < text.length()) {
        escaped(value);
      } else {
        value.append(letter);
      }
    }
    at++;
    at = Math.min(at, text.length());
    return value.toString();
  }

  private void escaped(StringBuilder value) {
    char letter = text.charAt(at++);
    switch (letter) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'u' -> {
        String digits = text.substring(at, Math.min(at + 4, text.length()));
        if (digits.matches("[0-9a-fA-F]{4}")) {
          value.append((char) Integer.parseInt(digits, 16));
          at += 4;
        } else {
          value.append("\\u");
        }
      }
      default -> value.append(letter);
    }
  }

  private String name() {
    int start = at;
    while (at < text.length() && ":,{}[]".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return Whitespace.strip(text.substring(start, at));
  }

  private JsonNode bare() {
    int start = at;
    while (at < text.length() && ",{}[]:".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = Whitespace.strip(text.substring(start, at));
    return switch (word) {
      case "true", "True" -> NODES.booleanNode(true);
      case "false", "False" -> NODES.booleanNode(false);
      case "null", "None" -> NODES.nullNode();
      default -> {
        boolean number = word.matches("-?\\d{1,400}+(?:\\.\\d{0,400}+)?(?:[eE][+-]?\\d{1,9}+)?");
        yield number
            ? JsonText.read(word.replaceAll("^(-?)0++(?=\\d)", "$1").replaceAll("\\.(?!\\d)", ".0"))
                .orElse(NODES.textNode(word))
            : NODES.textNode(word);
      }
    };
  }
}

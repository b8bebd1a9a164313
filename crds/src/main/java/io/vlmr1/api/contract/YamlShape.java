package io.vlmr1.api.contract;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Compares a YAML document with a Java type: unknown and double fields, wrong types, unknown words.
 * The type's fields are those that Jackson sees, so nothing has to be listed twice.
 */
final class YamlShape {
  private final String file;
  private final ObjectMapper mapper;
  private final List<String> problems = new ArrayList<>();

  YamlShape(String file, ObjectMapper mapper) {
    this.file = file;
    this.mapper = mapper;
  }

  /** Every difference as `file:line:column: path: what was found; what to do`. */
  List<String> problems(Node root, Class<?> type) {
    check(root, mapper.constructType(type), "");
    return List.copyOf(problems);
  }

  /** `file:line:column`, both counted from 1. */
  static String place(String file, Optional<Mark> mark) {
    int line = mark.map(Mark::getLine).orElse(0) + 1;
    int column = mark.map(Mark::getColumn).orElse(0) + 1;
    return file + ":" + line + ":" + column;
  }

  private void check(Node node, JavaType type, String path) {
    Class<?> raw = type.getRawClass();
    if (isNull(node) || JsonNode.class.isAssignableFrom(raw) || raw == Object.class) {
      return; // null is absent; free form takes anything
    }
    if (raw == Quantity.class || raw == IntOrString.class) {
      require(node instanceof ScalarNode, node, path, "a quantity such as 2 or 4Gi");
    } else if (type.isCollectionLikeType()) {
      checkList(node, type, path);
    } else if (type.isMapLikeType()) {
      checkMap(node, type, path);
    } else if (type.isEnumType()) {
      checkWord(node, raw, path);
    } else if (raw == String.class) {
      require(is(node, Tag.STR), node, path, "a text, in quotes");
    } else if (raw == Boolean.class || raw == boolean.class) {
      require(is(node, Tag.BOOL), node, path, "true or false");
    } else if (Number.class.isAssignableFrom(raw) || raw.isPrimitive()) {
      checkNumber(node, raw, path);
    } else {
      checkObject(node, type, path);
    }
  }

  private void checkObject(Node node, JavaType type, String path) {
    if (!require(node instanceof MappingNode, node, path, "an object with fields")) {
      return;
    }
    Map<String, JavaType> fields = fields(type);
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : ((MappingNode) node).getValue()) {
      Node key = entry.getKeyNode();
      String name = key instanceof ScalarNode scalar ? scalar.getValue() : "(no text)";
      String at = path.isEmpty() ? name : path + "." + name;
      JavaType field = fields.get(name);
      if (!seen.add(name)) {
        add(key, at, "given twice", "keep one of them");
      } else if (field == null) {
        add(key, at, "unknown field", Words.remedy(name, fields.keySet()));
      } else {
        check(entry.getValueNode(), field, at);
      }
    }
  }

  private void checkList(Node node, JavaType type, String path) {
    if (!require(node instanceof SequenceNode, node, path, "a list")) {
      return;
    }
    int index = 0;
    for (Node element : ((SequenceNode) node).getValue()) {
      String at = path + "[" + index++ + "]";
      if (isNull(element)) {
        add(element, at, "empty", "remove the dash, or fill it in");
      } else {
        check(element, type.getContentType(), at);
      }
    }
  }

  private void checkMap(Node node, JavaType type, String path) {
    if (!require(node instanceof MappingNode, node, path, "an object of names and values")) {
      return;
    }
    for (NodeTuple entry : ((MappingNode) node).getValue()) {
      String name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "(no text)";
      check(entry.getValueNode(), type.getContentType(), path + "[" + name + "]");
    }
  }

  private void checkWord(Node node, Class<?> type, String path) {
    List<String> words =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> mapper.convertValue(constant, String.class))
            .toList();
    if (!(node instanceof ScalarNode word) || !words.contains(word.getValue())) {
      add(node, path, found(node) + " is not known", "write one of " + String.join(", ", words));
    }
  }

  private void checkNumber(Node node, Class<?> raw, String path) {
    boolean whole = raw != Double.class && raw != double.class;
    if (whole) {
      if (require(is(node, Tag.INT), node, path, "a whole number without quotes")) {
        BigInteger value = new BigInteger(((ScalarNode) node).getValue().replaceFirst("^\\+", ""));
        int bits = raw == Long.class || raw == long.class ? 63 : 31;
        require(value.bitLength() <= bits, node, path, "a number of at most " + bits + " bits");
      }
    } else {
      require(is(node, Tag.INT) || is(node, Tag.FLOAT), node, path, "a number without quotes");
    }
  }

  /** What Jackson would fill, by name in YAML. */
  private Map<String, JavaType> fields(JavaType type) {
    BeanDescription bean = mapper.getDeserializationConfig().introspect(type);
    Map<String, JavaType> fields = new LinkedHashMap<>();
    for (BeanPropertyDefinition property : bean.findProperties()) {
      if (property.couldDeserialize()) {
        fields.put(property.getName(), property.getPrimaryType());
      }
    }
    return fields;
  }

  private boolean require(boolean holds, Node node, String path, String wanted) {
    if (!holds) {
      add(node, path, found(node) + " has the wrong type", "write " + wanted);
    }
    return holds;
  }

  private static boolean isNull(Node node) {
    return is(node, Tag.NULL);
  }

  private static boolean is(Node node, Tag tag) {
    return node instanceof ScalarNode && node.getTag().equals(tag);
  }

  private static String found(Node node) {
    if (node instanceof ScalarNode scalar) {
      return '"' + scalar.getValue() + '"';
    }
    return node instanceof SequenceNode ? "a list" : "an object";
  }

  private void add(Node node, String path, String found, String remedy) {
    problems.add(place(file, node.getStartMark()) + ": " + path + ": " + found + "; " + remedy);
  }
}

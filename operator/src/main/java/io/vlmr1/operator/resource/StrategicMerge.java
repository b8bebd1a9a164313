package io.vlmr1.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lays a patch over a pod template by the rules of kubectl's strategic merge patch: objects are
 * merged, null removes, lists of the keys below are merged by key, all others are replaced.
 */
final class StrategicMerge {
  static final String DIRECTIVE = "$patch";

  /** Merge keys of the pod's lists, as the Kubernetes API declares them. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("ephemeralContainers", "name"),
          Map.entry("volumes", "name"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("resourceClaims", "name"),
          Map.entry("env", "name"),
          Map.entry("ports", "containerPort"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"));

  private StrategicMerge() {}

  /** Base with the patch over it; neither is changed. */
  static ObjectNode of(ObjectNode base, ObjectNode patch) {
    return merged(base.deepCopy(), patch);
  }

  private static ObjectNode merged(ObjectNode base, ObjectNode patch) {
    if ("replace".equals(patch.path(DIRECTIVE).asText())) {
      return withoutDirectives(patch);
    }
    patch
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (name.startsWith("$")) {
                return;
              }
              if (field.getValue().isNull()) {
                base.remove(name);
              } else {
                base.set(name, value(name, base.get(name), field.getValue()));
              }
            });
    return base;
  }

  private static JsonNode value(String name, JsonNode old, JsonNode patch) {
    if (patch instanceof ObjectNode over) {
      return merged(
          old instanceof ObjectNode under ? under : JsonNodeFactory.instance.objectNode(), over);
    }
    if (patch instanceof ArrayNode over && KEYS.containsKey(name)) {
      return list(
          old instanceof ArrayNode under ? under : JsonNodeFactory.instance.arrayNode(),
          over,
          String.valueOf(KEYS.get(name)));
    }
    return patch.deepCopy();
  }

  private static ArrayNode list(ArrayNode base, ArrayNode patch, String key) {
    List<JsonNode> all = new ArrayList<>();
    boolean replace = false;
    for (JsonNode entry : patch) {
      replace |= "replace".equals(entry.path(DIRECTIVE).asText()) && !entry.has(key);
    }
    if (!replace) {
      base.forEach(all::add);
    }
    for (JsonNode entry : patch) {
      if (!entry.has(key)) {
        continue; // a directive for the whole list
      }
      int at = index(all, key, entry.get(key));
      if ("delete".equals(entry.path(DIRECTIVE).asText())) {
        if (at >= 0) {
          all.remove(at);
        }
      } else if (entry instanceof ObjectNode over) {
        ObjectNode under =
            at >= 0 && all.get(at) instanceof ObjectNode known
                ? known
                : JsonNodeFactory.instance.objectNode();
        if (at >= 0) {
          all.set(at, merged(under, over));
        } else {
          all.add(merged(under, over));
        }
      }
    }
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    all.forEach(result::add);
    return result;
  }

  private static int index(List<JsonNode> entries, String key, JsonNode value) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).path(key).asText().equals(value.asText())) {
        return i;
      }
    }
    return -1;
  }

  private static ObjectNode withoutDirectives(ObjectNode patch) {
    return merged(
        JsonNodeFactory.instance.objectNode(), (ObjectNode) patch.deepCopy().without(DIRECTIVE));
  }
}

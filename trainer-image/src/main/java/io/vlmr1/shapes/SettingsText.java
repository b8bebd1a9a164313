package io.vlmr1.shapes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Settings changed by name, as a command line gives them: `difficulty.side=56`, `trainRows=500`.
 */
public final class SettingsText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SettingsText() {}

  /**
   * The settings with some of them replaced.
   *
   * @param changes values by dotted name
   * @throws IllegalArgumentException naming what is unknown or not of its type
   */
  public static ShapesSettings changed(ShapesSettings settings, Map<String, String> changes) {
    ObjectNode tree = JSON.valueToTree(settings);
    changes.forEach((name, value) -> change(tree, name, value));
    return JSON.convertValue(tree, ShapesSettings.class);
  }

  private static List<String> names(ObjectNode tree) {
    return tree.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static void change(ObjectNode tree, String name, String value) {
    int dot = name.indexOf('.');
    String field = dot < 0 ? name : name.substring(0, dot);
    if (!tree.has(field)) {
      throw new IllegalArgumentException(name + ": no such setting; there are " + names(tree));
    }
    if (dot < 0) {
      tree.put(field, value);
    } else {
      change((ObjectNode) tree.get(field), name.substring(dot + 1), value);
    }
  }
}

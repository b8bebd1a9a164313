package io.vlmr1.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.Optional;
import java.util.TreeSet;

/** The parts of a job that a checkpoint may not outlive: what is learned, from what, and how. */
public final class SameJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SameJob() {}

  /** Those parts as JSON. */
  public static JsonNode parts(GrpoJobSpec spec) {
    ObjectNode parts = JSON.createObjectNode();
    parts.set("method", JSON.valueToTree(spec.method()));
    parts.set("model", JSON.valueToTree(spec.model()));
    parts.set("data", JSON.valueToTree(spec.data()));
    parts.set("rewards", JSON.valueToTree(spec.rewards()));
    parts.set("grpo", JSON.valueToTree(spec.grpo()));
    if (spec.adapter() != null) {
      parts.set("adapter", JSON.valueToTree(spec.adapter()));
    }
    parts.set("optimizer", JSON.valueToTree(spec.optimizer()));
    parts.set("training", JSON.valueToTree(spec.training()));
    return parts;
  }

  /** The first field in which two differ, in words; empty when they are the same. */
  static Optional<String> difference(JsonNode then, JsonNode now) {
    return difference("spec", then, now);
  }

  private static Optional<String> difference(String path, JsonNode then, JsonNode now) {
    if (then.isObject() && now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      then.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      return names.stream()
          .map(name -> difference(path + "." + name, then.path(name), now.path(name)))
          .flatMap(Optional::stream)
          .findFirst();
    }
    String before = words(then);
    String after = words(now);
    return before.equals(after)
        ? Optional.empty()
        : Optional.of(path + " was " + before + " and is " + after);
  }

  private static String words(JsonNode value) {
    return value.isMissingNode() ? "absent" : value.toString();
  }
}

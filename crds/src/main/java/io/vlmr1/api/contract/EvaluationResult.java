package io.vlmr1.api.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found.
 *
 * @param name of the evaluation in the spec
 * @param task as in the spec, for example rec
 * @param metrics by name: accuracy (0 to 1), iou (0 to 1), rows
 * @param checkpoint folder name of the checkpoint that answered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationResult(
    String name, String task, Map<String, Double> metrics, @Nullable String checkpoint) {

  public EvaluationResult {
    name = Objects.requireNonNullElse(name, "");
    task = Objects.requireNonNullElse(task, "");
    metrics =
        metrics == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}

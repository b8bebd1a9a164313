package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One evaluation and its metrics. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationStatus(
    @JsonPropertyDescription("The evaluation's name") @Required String name,
    @JsonPropertyDescription("How far it is") State state,
    @JsonPropertyDescription("Numbers by name, for example accuracy and iou")
        Map<String, Double> metrics,
    @JsonPropertyDescription("Why it failed, or what it is waiting for") @Nullable String message) {

  public EvaluationStatus {
    name = Objects.requireNonNullElse(name, "");
    state = Objects.requireNonNullElse(state, State.PENDING);
    metrics = Absent.map(metrics);
  }

  /** How far one evaluation is. */
  public enum State {
    /** Not started. */
    @JsonProperty("Pending")
    PENDING,

    /** Its pod runs. */
    @JsonProperty("Running")
    RUNNING,

    /** Its metrics are in the status. */
    @JsonProperty("Succeeded")
    SUCCEEDED,

    /** Its message says why; the training's own result stands. */
    @JsonProperty("Failed")
    FAILED
  }
}

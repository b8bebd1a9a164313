package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One evaluation and its metrics. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationStatus(
    @JsonPropertyDescription("The evaluation's name") @Required String name,
    @JsonPropertyDescription("How far it is") State state,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) // see package-info
        @JsonPropertyDescription("Numbers by name, for example accuracy and iou")
        Map<String, Double> metrics,
    @JsonPropertyDescription("Why it failed, or what it is waiting for") @Nullable String message,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) // see package-info
        @JsonPropertyDescription(
            "Of an evaluation of every checkpoint: the best one, the newest, and those to come; its own state and numbers are those of the newest")
        List<CheckpointEvaluation> checkpoints) {

  public EvaluationStatus {
    name = Objects.requireNonNullElse(name, "");
    state = Objects.requireNonNullElse(state, State.PENDING);
    metrics = Absent.map(metrics);
    checkpoints = Absent.list(checkpoints, List.of());
  }

  /** An evaluation of the final model. */
  public EvaluationStatus(
      String name, State state, Map<String, Double> metrics, @Nullable String message) {
    this(name, state, metrics, message, List.of());
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
    FAILED;

    /** Whether nothing more comes of it. */
    public boolean over() {
      return this == SUCCEEDED || this == FAILED;
    }
  }
}

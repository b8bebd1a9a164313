package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One evaluation of one checkpoint. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckpointEvaluation(
    @JsonPropertyDescription("Folder name of the checkpoint; final: the final model") @Required
        String checkpoint,
    @JsonPropertyDescription("How far it is") EvaluationStatus.State state,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) // see package-info
        @JsonPropertyDescription("Numbers by name")
        Map<String, Double> metrics,
    @JsonPropertyDescription("Why it failed, or what it is waiting for") @Nullable String message) {

  public CheckpointEvaluation {
    checkpoint = Objects.requireNonNullElse(checkpoint, "");
    state = Objects.requireNonNullElse(state, EvaluationStatus.State.PENDING);
    metrics = Absent.map(metrics);
  }
}

package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;

/** When and how often all workers are started again from the newest checkpoint. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestartPolicy(
    @JsonPropertyDescription("Restarts after failures of the training itself") @Default("3") @Min(0) Integer maxRestarts,
    @JsonPropertyDescription("Restarts after evictions, preemptions and lost nodes")
        @Default("100")
        @Min(0) Integer maxDisruptions,
    @JsonPropertyDescription(
            "Wait after an attempt that made no step; doubles with each further one")
        @Default("5")
        @Min(0) Integer backoffSeconds,
    @JsonPropertyDescription("The wait never grows beyond this") @Default("300") @Min(0) Integer maxBackoffSeconds,
    @JsonPropertyDescription("An attempt without progress for this long is restarted; 0: never")
        @Default("1800")
        @Min(0) Integer stallTimeoutSeconds,
    @JsonPropertyDescription(
            "A pod still terminating on a dead node after this long is removed by force")
        @Default("120")
        @Min(0) Integer forceDeleteAfterSeconds) {

  public RestartPolicy {
    maxRestarts = Objects.requireNonNullElse(maxRestarts, 3);
    maxDisruptions = Objects.requireNonNullElse(maxDisruptions, 100);
    backoffSeconds = Objects.requireNonNullElse(backoffSeconds, 5);
    maxBackoffSeconds = Objects.requireNonNullElse(maxBackoffSeconds, 300);
    stallTimeoutSeconds = Objects.requireNonNullElse(stallTimeoutSeconds, 1800);
    forceDeleteAfterSeconds = Objects.requireNonNullElse(forceDeleteAfterSeconds, 120);
  }

  /** Every setting as it is when the user gives none. */
  public static RestartPolicy defaults() {
    return Absent.all(RestartPolicy.class);
  }
}

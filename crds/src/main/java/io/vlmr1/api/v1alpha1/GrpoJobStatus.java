package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator answers. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GrpoJobStatus(
    @JsonPropertyDescription("The generation of the spec that this status is about")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The state in one word") @Nullable Phase phase,
    @JsonPropertyDescription(
            "Accepted, Suspended, Initialized, Running, Restarting, Evaluated, Complete, Failed, Finished, Served; Ready, Reconciling and Stalled for kstatus")
        List<Condition> conditions,
    @JsonPropertyDescription("Optimisation steps done") @Nullable Integer step,
    @JsonPropertyDescription("Optimisation steps in all") @Nullable Integer maxSteps,
    @JsonPropertyDescription("Passes over the data done") @Nullable Double epoch,
    @JsonPropertyDescription("Mean reward of the last step") @Nullable Double reward,
    @JsonPropertyDescription("Number of the newest attempt, from 1") @Nullable Integer attempt,
    @JsonPropertyDescription("Restarts after failures of the training itself")
        @Nullable Integer restarts,
    @JsonPropertyDescription("Restarts after evictions, preemptions and lost nodes")
        @Nullable Integer disruptions,
    @JsonPropertyDescription("Workers ready of workers wanted") @Nullable String workersReady,
    @JsonPropertyDescription("When the first attempt started (RFC 3339)")
        @Nullable String startTime,
    @JsonPropertyDescription("When the job ended (RFC 3339)") @Nullable String completionTime,
    @JsonPropertyDescription("Time left until the last step, for example 1h20m")
        @Nullable String eta,
    @JsonPropertyDescription("What went wrong last") @Nullable Failure failure,
    @JsonPropertyDescription("The newest attempts, at most 10") List<Attempt> attempts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) // see package-info
        @JsonPropertyDescription("Evaluations by name")
        List<EvaluationStatus> evaluations,
    @JsonPropertyDescription(
            "The best checkpoint by checkpoints.best; without evaluations of every checkpoint: what the first evaluation looked at")
        @Nullable String bestCheckpoint,
    @JsonPropertyDescription("The newest whole checkpoint") @Nullable String latestCheckpoint) {

  public GrpoJobStatus {
    conditions = Absent.list(conditions, List.of());
    attempts = Absent.list(attempts, List.of());
    evaluations = Absent.list(evaluations, List.of());
  }

  /** A status that says nothing yet. */
  public static GrpoJobStatus empty() {
    return Absent.all(GrpoJobStatus.class);
  }
}

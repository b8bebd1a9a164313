package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is saved, how often and where. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckpointsSpec(
    @JsonPropertyDescription("Steps between checkpoints; one is always made at the end")
        @Default("100")
        @Min(1) Integer everySteps,
    @JsonPropertyDescription(
            "Newest checkpoints that are kept; besides: the best, and at most 4 that evaluations of every checkpoint have not looked at yet")
        @Default("2")
        @Min(1) Integer keep,
    @JsonPropertyDescription("Save no optimizer state: smaller, but training cannot go on from it")
        @Default("false")
        Boolean weightsOnly,
    @JsonPropertyDescription("The volume that the workers write to")
        @Default("{}")
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        CheckpointVolume volume,
    @JsonPropertyDescription("Keep the claim that was made for this job when the job is deleted")
        @Default("true")
        @ValidationRule(value = "self == oldSelf", message = GrpoJob.IMMUTABLE)
        Boolean retain,
    @JsonPropertyDescription(
            "Which checkpoint is the best and stays; without it: the first evaluation of every checkpoint, by accuracy")
        @Nullable BestSpec best) {

  public CheckpointsSpec {
    everySteps = Objects.requireNonNullElse(everySteps, 100);
    keep = Objects.requireNonNullElse(keep, 2);
    weightsOnly = Objects.requireNonNullElse(weightsOnly, false);
    volume = Objects.requireNonNullElseGet(volume, CheckpointVolume::defaults);
    retain = Objects.requireNonNullElse(retain, true);
  }

  /** Every setting as it is when the user gives none. */
  public static CheckpointsSpec defaults() {
    return Absent.all(CheckpointsSpec.class);
  }
}

package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;

/** AdamW, the clipping of gradients, and the learning rate's schedule. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OptimizerSpec(
    @JsonPropertyDescription("Learning rate after the warm-up") @Default("1.0E-6") @Min(0) Double learningRate,
    @JsonPropertyDescription("How the learning rate goes on after the warm-up") @Default("linear")
        Schedule schedule,
    @JsonPropertyDescription("Steps in which the learning rate rises from 0; or warmupRatio")
        @Default("0")
        @Min(0) Integer warmupSteps,
    @JsonPropertyDescription("The same as a share of all steps, rounded up")
        @Default("0.0")
        @Min(0) @Max(1) Double warmupRatio,
    @JsonPropertyDescription("Decoupled weight decay; biases and norms are left out")
        @Default("0.0")
        @Min(0) Double weightDecay,
    @JsonPropertyDescription("Decay of the first moment")
        @Default("0.9")
        @Min(0) @Max(value = 1, inclusive = false) Double beta1,
    @JsonPropertyDescription("Decay of the second moment")
        @Default("0.999")
        @Min(0) @Max(value = 1, inclusive = false) Double beta2,
    @JsonPropertyDescription("Added to the root of the second moment")
        @Default("1.0E-8")
        @Min(value = 0, inclusive = false) Double epsilon,
    @JsonPropertyDescription("Gradients are scaled down to this norm; 0: never")
        @Default("1.0")
        @Min(0) Double maxGradientNorm) {

  public OptimizerSpec {
    learningRate = Objects.requireNonNullElse(learningRate, 1.0e-6);
    schedule = Objects.requireNonNullElse(schedule, Schedule.LINEAR);
    warmupSteps = Objects.requireNonNullElse(warmupSteps, 0);
    warmupRatio = Objects.requireNonNullElse(warmupRatio, 0.0);
    weightDecay = Objects.requireNonNullElse(weightDecay, 0.0);
    beta1 = Objects.requireNonNullElse(beta1, 0.9);
    beta2 = Objects.requireNonNullElse(beta2, 0.999);
    epsilon = Objects.requireNonNullElse(epsilon, 1.0e-8);
    maxGradientNorm = Objects.requireNonNullElse(maxGradientNorm, 1.0);
  }

  /** Every setting as it is when the user gives none. */
  public static OptimizerSpec defaults() {
    return Absent.all(OptimizerSpec.class);
  }

  /** How the learning rate goes on after its warm-up. */
  public enum Schedule {
    /** Falls in a straight line to zero at the last step. */
    @JsonProperty("linear")
    LINEAR,

    /** Falls along half a cosine to zero at the last step. */
    @JsonProperty("cosine")
    COSINE,

    /** Stays, also during the warm-up. */
    @JsonProperty("constant")
    CONSTANT,

    /** Stays once the warm-up is over. */
    @JsonProperty("constant_with_warmup")
    CONSTANT_WITH_WARMUP
  }
}

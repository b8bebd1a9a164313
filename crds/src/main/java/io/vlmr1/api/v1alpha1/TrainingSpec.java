package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Length, batch and precision of a training. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingSpec(
    @JsonPropertyDescription("Passes over the data; maxSteps wins over it") @Default("1.0") @Min(0) Double epochs,
    @JsonPropertyDescription("Optimisation steps in all; absent: as epochs says") @Min(1) @Nullable Integer maxSteps,
    @JsonPropertyDescription(
            "Distinct prompts (SFT: rows) that a process takes in a micro step; absent: 1, or as"
                + " completionsPerDevice says")
        @Min(1) @Nullable Integer promptsPerDevice,
    @JsonPropertyDescription("The same counted in completions, in place of promptsPerDevice")
        @Min(1) @Nullable Integer completionsPerDevice,
    @JsonPropertyDescription("Micro steps to an optimisation step") @Default("1") @Min(1) Integer gradientAccumulationSteps,
    @JsonPropertyDescription("Seed of the order of rows and of sampling") @Default("42") Long seed,
    @JsonPropertyDescription(
            "Format of weights and compute; mixed: bfloat16 with gradients and their sums in float32. The optimizer's state and master weights are float32 in any case")
        @Default("float32")
        Precision precision,
    @JsonPropertyDescription(
            "Whether backward keeps activations or computes them again; auto: layer by layer, as"
                + " many kept as activationMemory allows. It changes no bit of the gradients")
        @Default("none")
        Recompute recompute,
    @JsonPropertyDescription(
            "With recompute auto: memory that the kept activations of a micro step may take in a"
                + " process, such as 2Gi; absent: what the container or machine has left once the"
                + " model is loaded")
        @Nullable Quantity activationMemory,
    @JsonPropertyDescription(
            "What of the weights that train is spread over processes (ZeRO): 0 nothing, 1 optimizer"
                + " state, 2 gradients too, 3 weights too, except an adapter's")
        @Default("0")
        @Min(0) @Max(3) Integer zeroStage,
    @JsonPropertyDescription(
            "CPU threads of a process; absent: the node's cores shared by its processes")
        @Min(1) @Nullable Integer threadsPerProcess,
    @JsonPropertyDescription(
            "SFT: rows of a step are packed into forward passes of up to so many tokens, without"
                + " padding; absent: promptsPerDevice rows in each")
        @Min(1) @Nullable Integer packTokens,
    @JsonPropertyDescription("Evaluate on data.validation during training; absent: never")
        @Nullable ValidationSpec validation) {

  public TrainingSpec {
    epochs = Objects.requireNonNullElse(epochs, 1.0);
    gradientAccumulationSteps = Objects.requireNonNullElse(gradientAccumulationSteps, 1);
    seed = Objects.requireNonNullElse(seed, 42L);
    precision = Objects.requireNonNullElse(precision, Precision.FLOAT32);
    recompute = Objects.requireNonNullElse(recompute, Recompute.NONE);
    zeroStage = Objects.requireNonNullElse(zeroStage, 0);
  }

  /** Every setting as it is when the user gives none. */
  public static TrainingSpec defaults() {
    return Absent.all(TrainingSpec.class);
  }

  /**
   * Distinct prompts that a process takes in a micro step: promptsPerDevice, else
   * completionsPerDevice divided by the group's size (the rules see to it that this is whole), else
   * 1.
   */
  public int prompts(int generations) {
    if (promptsPerDevice != null) {
      return promptsPerDevice;
    }
    return completionsPerDevice == null ? 1 : Math.max(1, completionsPerDevice / generations);
  }

  /** Number format of weights and compute; the optimizer's state is float32 in each. */
  public enum Precision {
    /** 32 bits. */
    @JsonProperty("float32")
    FLOAT32,

    /** 16 bits with the exponent of float32. */
    @JsonProperty("bfloat16")
    BFLOAT16,

    /** As bfloat16, with gradients and their sums over passes and processes in 32 bits. */
    @JsonProperty("mixed")
    MIXED
  }

  /** activationMemory in bytes; null where it is absent. */
  public @Nullable Long activationBytes() {
    return activationMemory == null
        ? null
        : (Long) activationMemory.getNumericalAmount().longValue();
  }

  /** Whether the activations of a layer are kept for backward or computed again. */
  public enum Recompute {
    /** Kept: fastest, most memory. */
    @JsonProperty("none")
    NONE,

    /** Computed again, layer by layer: about a third more work, half of the memory. */
    @JsonProperty("full")
    FULL,

    /** As many kept as memory allows. */
    @JsonProperty("auto")
    AUTO
  }
}

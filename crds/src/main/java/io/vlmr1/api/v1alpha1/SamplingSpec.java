package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;

/** How a token is drawn; the loss uses the same distribution. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SamplingSpec(
    @JsonPropertyDescription("Logits are divided by it; also in the loss")
        @Default("1.0")
        @Min(value = 0, inclusive = false) Double temperature,
    @JsonPropertyDescription("Only the k most probable tokens; 0: all") @Default("0") @Min(0) Integer topK,
    @JsonPropertyDescription("Only the most probable tokens that make up this probability; 1: all")
        @Default("1.0")
        @Min(value = 0, inclusive = false) @Max(1) Double topP,
    @JsonPropertyDescription(
            "Only tokens with at least this share of the best one's probability; 0: all")
        @Default("0.0")
        @Min(0) @Max(1) Double minP,
    @JsonPropertyDescription(
            "Logits of tokens that occurred are divided (above 0) or multiplied (below 0) by it; 1: unchanged")
        @Default("1.0")
        @Min(value = 0, inclusive = false) Double repetitionPenalty) {

  public SamplingSpec {
    temperature = Objects.requireNonNullElse(temperature, 1.0);
    topK = Objects.requireNonNullElse(topK, 0);
    topP = Objects.requireNonNullElse(topP, 1.0);
    minP = Objects.requireNonNullElse(minP, 0.0);
    repetitionPenalty = Objects.requireNonNullElse(repetitionPenalty, 1.0);
  }

  /** Every setting as it is when the user gives none. */
  public static SamplingSpec defaults() {
    return Absent.all(SamplingSpec.class);
  }
}

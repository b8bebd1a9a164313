package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;

/** How the reference of the KL penalty follows the policy (TR-DPO, arXiv 2404.09656). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SyncReferenceSpec(
    @JsonPropertyDescription("Steps between two moves of the reference") @Default("512") @Min(1) Integer everySteps,
    @JsonPropertyDescription("Share of the policy in the moved reference; the rest stays")
        @Default("0.6")
        @Min(value = 0, inclusive = false) @Max(1) Double alpha) {

  public SyncReferenceSpec {
    everySteps = Objects.requireNonNullElse(everySteps, 512);
    alpha = Objects.requireNonNullElse(alpha, 0.6);
  }
}

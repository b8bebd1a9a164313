package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/** One term of the weighted sum that is a completion's reward. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RewardSpec(
    @JsonPropertyDescription("Which reward") @Required @Size(min = 1, max = 63) String name,
    @JsonPropertyDescription("Its weight in the sum") @Default("1.0") Double weight) {

  public RewardSpec {
    name = Objects.requireNonNullElse(name, "");
    weight = Objects.requireNonNullElse(weight, 1.0);
  }
}

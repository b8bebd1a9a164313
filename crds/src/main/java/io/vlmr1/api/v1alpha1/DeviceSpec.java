package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/** Accelerators that a worker pod asks for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceSpec(
    @JsonPropertyDescription("Extended resource, for example nvidia.com/gpu")
        @Required
        @Size(min = 1, max = 253) String resource,
    @JsonPropertyDescription("How many in each pod") @Default("1") @Min(1) @Max(64) Integer count) {

  public DeviceSpec {
    resource = Objects.requireNonNullElse(resource, "");
    count = Objects.requireNonNullElse(count, 1);
  }
}

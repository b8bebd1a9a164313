package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Devices by dynamic resource allocation: a claim that exists, or a template of one a pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeviceClaim(
    @JsonPropertyDescription("Its name in the pod")
        @Required
        @Size(min = 1, max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") String name,
    @JsonPropertyDescription("An existing ResourceClaim, shared by all workers")
        @Size(min = 1, max = 253) @Nullable String resourceClaimName,
    @JsonPropertyDescription("A ResourceClaimTemplate: each worker gets a claim of its own")
        @Size(min = 1, max = 253) @Nullable String resourceClaimTemplateName) {
  public DeviceClaim {
    name = Objects.requireNonNullElse(name, "");
  }
}

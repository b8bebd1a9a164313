package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A claim with model and data. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataVolume(
    @JsonPropertyDescription("An existing PersistentVolumeClaim of the same namespace")
        @Required
        @Size(min = 1, max = 253) String claimName,
    @JsonPropertyDescription("The folder of the claim that becomes the data root; absent: its top")
        @Size(max = 1024) @Nullable String subPath,
    @JsonPropertyDescription("Mounted without the right to write") @Default("true")
        Boolean readOnly) {

  public DataVolume {
    claimName = Objects.requireNonNullElse(claimName, "");
    readOnly = Objects.requireNonNullElse(readOnly, true);
  }
}

package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a model of the form hf:// is downloaded from, and what keeps it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HubSpec(
    @JsonPropertyDescription("Address of a mirror (HF_ENDPOINT); absent: https://huggingface.co")
        @Size(min = 1, max = 1024) @Nullable String endpoint,
    @JsonPropertyDescription("Secret of the namespace with the token for private models (HF_TOKEN)")
        @Nullable SecretKey token,
    @JsonPropertyDescription(
            "The volume that keeps downloaded models; absent claimName: <job>-models is made, and goes with the job")
        @Default("{}")
        CheckpointVolume cache) {
  public HubSpec {
    cache = Objects.requireNonNullElseGet(cache, CheckpointVolume::defaults);
  }

  /** Every setting as it is when the user gives none. */
  public static HubSpec defaults() {
    return Absent.all(HubSpec.class);
  }

  /** One value of a Secret. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SecretKey(
      @JsonPropertyDescription("The Secret") @Required @Size(min = 1, max = 253) String name,
      @JsonPropertyDescription("The key in it") @Default("token") @Size(min = 1, max = 253) String key) {
    public SecretKey {
      name = Objects.requireNonNullElse(name, "");
      key = Objects.requireNonNullElse(key, "token");
    }
  }
}

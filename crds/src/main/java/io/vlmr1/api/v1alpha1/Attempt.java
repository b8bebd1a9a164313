package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One start of all workers. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Attempt(
    @JsonPropertyDescription("Counted from 1") Integer number,
    @JsonPropertyDescription("When it started (RFC 3339)") @Nullable String start,
    @JsonPropertyDescription("When it ended (RFC 3339)") @Nullable String end,
    @JsonPropertyDescription("The step that it went on from") @Nullable Integer firstStep,
    @JsonPropertyDescription("The last step seen") @Nullable Integer lastStep,
    @JsonPropertyDescription("Why it ended") @Nullable String cause) {

  public Attempt {
    number = Objects.requireNonNullElse(number, 1);
  }
}

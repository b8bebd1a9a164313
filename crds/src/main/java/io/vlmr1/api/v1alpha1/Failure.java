package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The first pod that failed, and why. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
    @JsonPropertyDescription("The pod") @Nullable String pod,
    @JsonPropertyDescription("The node that it ran on") @Nullable String node,
    @JsonPropertyDescription(
            "Exit code of its container; docs/reference/exit-codes.md lists the meanings")
        @Nullable Integer exitCode,
    @JsonPropertyDescription("The cause in one word") @Nullable String reason,
    @JsonPropertyDescription("What happened, and what to do") @Nullable String message,
    @JsonPropertyDescription("The last lines of its log") @Nullable String log) {}

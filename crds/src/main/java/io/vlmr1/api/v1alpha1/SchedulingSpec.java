package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the pods of an attempt come onto nodes together. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchedulingSpec(
    @JsonPropertyDescription("Who starts all workers together") @Default("none") Gang gang,
    @JsonPropertyDescription("Queue that the attempt waits in") @Nullable String queue,
    @JsonPropertyDescription("Node label that workers should have in common")
        @Nullable String topologyKey) {

  public SchedulingSpec {
    gang = Objects.requireNonNullElse(gang, Gang.NONE);
  }

  /** Who makes sure that all workers of an attempt start together. */
  public enum Gang {
    /** Nobody: the default scheduler places pod by pod. */
    @JsonProperty("none")
    NONE,

    /** Volcano, by its PodGroup. */
    @JsonProperty("volcano")
    VOLCANO,

    /** The coscheduling plugin, by its PodGroup. */
    @JsonProperty("scheduler-plugins")
    SCHEDULER_PLUGINS
  }
}

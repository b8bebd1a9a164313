package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the pods of an attempt come onto nodes together. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchedulingSpec(
    @JsonPropertyDescription("Who starts all workers together") @Default("none") Gang gang,
    @JsonPropertyDescription(
            "Queue that the attempt waits in: a LocalQueue of Kueue, or a Volcano queue")
        @Size(min = 1, max = 253) @Nullable String queue,
    @JsonPropertyDescription("Node label that placement goes by, for example a rack's")
        @Size(min = 1, max = 317) @Nullable String topologyKey,
    @JsonPropertyDescription(
            "Workers on nodes with one value of topologyKey, or spread over its values; default with a topologyKey: pack")
        @Nullable Placement placement,
    @JsonPropertyDescription("Whether workers rather wait than be placed otherwise")
        @Default("false")
        Boolean required) {
  public SchedulingSpec {
    gang = Objects.requireNonNullElse(gang, Gang.NONE);
    required = Objects.requireNonNullElse(required, false);
  }

  /** How topologyKey is used; nothing without one. */
  public Optional<Placement> placed() {
    return topologyKey == null
        ? Optional.empty()
        : Optional.of(Objects.requireNonNullElse(placement, Placement.PACK));
  }

  /** Where the workers of an attempt are put. */
  public enum Placement {
    /** On nodes that share a value of the label. */
    @JsonProperty("pack")
    PACK,
    /** Evenly over the values of the label. */
    @JsonProperty("spread")
    SPREAD
  }

  /** Who makes sure that all workers of an attempt start together. */
  public enum Gang {
    /** Nobody: the default scheduler places pod by pod. */
    @JsonProperty("none")
    NONE,

    /** Kueue: the attempt waits in a queue until all of it may run. */
    @JsonProperty("kueue")
    KUEUE,
    /** Volcano, by its PodGroup. */
    @JsonProperty("volcano")
    VOLCANO,

    /** The coscheduling plugin, by its PodGroup. */
    @JsonProperty("scheduler-plugins")
    SCHEDULER_PLUGINS
  }
}

package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** By which number of which evaluation a checkpoint is the best. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BestSpec(
    @JsonPropertyDescription("Name of an evaluation of every checkpoint; absent: the first of them")
        @Size(min = 1, max = 63) @Nullable String evaluation,
    @JsonPropertyDescription("Name of its metric") @Default("accuracy") @Size(min = 1, max = 63) String metric,
    @JsonPropertyDescription("Whether more or less of it is better") @Default("maximize")
        Goal goal) {

  public BestSpec {
    metric = Objects.requireNonNullElse(metric, "accuracy");
    goal = Objects.requireNonNullElse(goal, Goal.MAXIMIZE);
  }

  /** Every setting as it is when the user gives none. */
  public static BestSpec defaults() {
    return Absent.all(BestSpec.class);
  }

  /** How good a checkpoint with these metrics is, more being better; NaN when it cannot be said. */
  public double worth(Map<String, Double> metrics) {
    double value = metrics.getOrDefault(metric, Double.NaN);
    return goal == Goal.MAXIMIZE ? value : -value;
  }

  /** Which values of a metric are good ones. */
  public enum Goal {
    /** The largest. */
    @JsonProperty("maximize")
    MAXIMIZE,

    /** The smallest. */
    @JsonProperty("minimize")
    MINIMIZE
  }
}

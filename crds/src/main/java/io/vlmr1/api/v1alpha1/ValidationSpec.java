package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Evaluation on held-out rows (data.validation) while training goes on. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ValidationSpec(
    @JsonPropertyDescription(
            "Steps between two validations; one is always made after the last step")
        @Default("100")
        @Min(1) Integer everySteps,
    @JsonPropertyDescription("Only the first rows; absent: all") @Min(1) @Nullable Integer maxRows,
    @JsonPropertyDescription(
            "The metric that says which checkpoint is best: eval/reward, eval/<reward's name> or"
                + " eval/loss (SFT); absent: eval/reward, or eval/loss for SFT")
        @Pattern("^eval/.+$") @Size(max = 128) @Nullable String metric,
    @JsonPropertyDescription(
            "Whether a larger value of the metric is better; absent: true, and false for eval/loss")
        @Nullable Boolean larger,
    @JsonPropertyDescription(
            "Training ends when so many validations in a row brought nothing better; absent: never")
        @Min(1) @Nullable Integer patience,
    @JsonPropertyDescription("How much better is better") @Default("0.0") @Min(0) Double threshold) {

  public ValidationSpec {
    everySteps = Objects.requireNonNullElse(everySteps, 100);
    threshold = Objects.requireNonNullElse(threshold, 0.0);
  }

  /** The metric that counts for this way to train. */
  public String metric(Method method) {
    return metric != null ? metric : method == Method.SFT ? "eval/loss" : "eval/reward";
  }

  /** Whether more of that metric is better. */
  public boolean larger(Method method) {
    return larger != null ? larger : !metric(method).equals("eval/loss");
  }
}

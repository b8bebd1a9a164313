package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Questions put to the trained model, and how the answers are counted. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evaluation(
    @JsonPropertyDescription("Its name in the status and in the file of its results")
        @Required
        @Size(min = 1, max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") String name,
    @JsonPropertyDescription("What is asked and how answers are counted") @Default("default")
        Task task,
    @JsonPropertyDescription("The rows") @Required Dataset dataset,
    @JsonPropertyDescription("Only the first rows; absent: all") @Min(1) @Nullable Integer maxRows,
    @JsonPropertyDescription("Tokens after which an answer is cut off") @Default("256") @Min(1) Integer maxNewTokens,
    @JsonPropertyDescription(
            "What answers: the trainer's own engine, or an inference server in the evaluation's pod")
        @Default("own")
        Engine engine,
    @JsonPropertyDescription("After training, or for every checkpoint while training goes on")
        @Default("end")
        When when,
    @JsonPropertyDescription("The inference server; for every engine but own")
        @Nullable ServerSpec server,
    @JsonPropertyDescription(
            "Seconds after which an evaluation counts as failed, retries and waiting for the server included; absent: never")
        @Min(1) @Nullable Integer timeoutSeconds) {

  public Evaluation {
    name = Objects.requireNonNullElse(name, "");
    task = Objects.requireNonNullElse(task, Task.DEFAULT);
    dataset = Objects.requireNonNullElseGet(dataset, Dataset::empty);
    maxNewTokens = Objects.requireNonNullElse(maxNewTokens, 256);
    engine = Objects.requireNonNullElse(engine, Engine.OWN);
    when = Objects.requireNonNullElse(when, When.END);
  }

  /** When an evaluation runs. */
  public enum When {
    /** Once, after training. */
    @JsonProperty("end")
    END,

    /** For each checkpoint while training goes on, and for the final model. */
    @JsonProperty("everyCheckpoint")
    EVERY_CHECKPOINT
  }
}

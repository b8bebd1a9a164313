package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One term of the weighted sum that is a completion's reward. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RewardSpec(
    @JsonPropertyDescription("Its name in metrics and logs; also which reward, unless kind says so")
        @Required
        @Size(min = 1, max = 63) String name,
    @JsonPropertyDescription("Its weight in the sum") @Default("1.0") Double weight,
    @JsonPropertyDescription(
            "Which reward, where the name is another: accuracy, format, plain_iou, length,"
                + " repetition, http, model or java")
        @Size(min = 1, max = 63) @Nullable String kind,
    @JsonPropertyDescription("Of accuracy: the method for all rows, in place of their own")
        @Size(min = 1, max = 63) @Nullable String method,
    @JsonPropertyDescription("Score exactly as VLM-R1's code does, its faults included")
        @Default("false")
        Boolean parity,
    @JsonPropertyDescription(
            "Of http: the endpoint; of accuracy: the judge's OpenAI-compatible API, up to /v1")
        @Size(min = 1, max = 2048) @Nullable String url,
    @JsonPropertyDescription(
            "Of accuracy: the judge's name at its API; of model: the folder with model.onnx and"
                + " tokenizer.json")
        @Size(min = 1, max = 1024) @Nullable String model,
    @JsonPropertyDescription("Of java: the name that a RewardProvider on the class path bears")
        @Size(min = 1, max = 253) @Nullable String provider,
    @JsonPropertyDescription("Longest time for one request to url, in seconds")
        @Default("30.0")
        @Min(0.001) @Max(3600) Double timeoutSeconds,
    @JsonPropertyDescription("Requests after one to url that failed") @Default("2") @Min(0) @Max(10) Integer retries,
    @JsonPropertyDescription(
            "Environment variable with the key for url; in a cluster filled from a Secret by"
                + " spec.workers.env")
        @Size(min = 1, max = 253) @Nullable String keyVariable) {

  public RewardSpec {
    name = Objects.requireNonNullElse(name, "");
    weight = Objects.requireNonNullElse(weight, 1.0);
    parity = Objects.requireNonNullElse(parity, false);
    timeoutSeconds = Objects.requireNonNullElse(timeoutSeconds, 30.0);
    retries = Objects.requireNonNullElse(retries, 2);
  }

  /** A reward without options. */
  public RewardSpec(String name, Double weight) {
    this(name, weight, null, null, false, null, null, null, 30.0, 2, null);
  }

  /** Which reward it is: its kind, else its name. */
  public String which() {
    return kind == null ? name : kind;
  }
}

package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What to train on, and where it lies. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataSpec(
    @JsonPropertyDescription("The prompt that questions are put into") @Default("default")
        Task task,
    @JsonPropertyDescription(
            "An own prompt in place of the task's; {Question} stands for the question")
        @Size(max = 65536) @Nullable String promptTemplate,
    @JsonPropertyDescription("Data sets by name") @Required @Size(min = 1, max = 64) List<Dataset> datasets,
    @JsonPropertyDescription("Held-out data sets that training.validation evaluates on, by name")
        @Size(max = 64) List<Dataset> validation,
    @JsonPropertyDescription(
            "Longest prompt; what happens to a longer one says longPrompts, it is never cut")
        @Default("1024")
        @Min(1) Integer maxPromptTokens,
    @JsonPropertyDescription(
            "Images of more pixels are refused before they are decoded; absent: 89478485")
        @Min(1) @Nullable Integer maxImagePixels,
    @JsonPropertyDescription("Whether rows come in an order drawn from the seed") @Default("true")
        Boolean shuffle,
    @JsonPropertyDescription(
            "The claim mounted as the data root; absent: the data is in the image, or below the"
                + " file's own folder on a laptop")
        @Nullable DataVolume volume,
    @JsonPropertyDescription(
            "Rows whose prompt is longer than maxPromptTokens: refuse them before training starts,"
                + " or drop and count them")
        @Default("refuse")
        LongPrompts longPrompts) {

  public DataSpec {
    task = Objects.requireNonNullElse(task, Task.DEFAULT);
    datasets = Absent.list(datasets, List.of());
    validation = Absent.list(validation, List.of());
    maxPromptTokens = Objects.requireNonNullElse(maxPromptTokens, 1024);
    shuffle = Objects.requireNonNullElse(shuffle, true);
    longPrompts = Objects.requireNonNullElse(longPrompts, LongPrompts.REFUSE);
  }

  static DataSpec empty() {
    return Absent.all(DataSpec.class);
  }

  /** What happens to rows whose prompt is too long. */
  public enum LongPrompts {
    /** Each is a problem of the data. */
    @JsonProperty("refuse")
    REFUSE,

    /** They are left out; how many is told. */
    @JsonProperty("drop")
    DROP
  }
}

package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows with their images. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Dataset(
    @JsonPropertyDescription("Its name in messages and metrics") @Required @Size(min = 1, max = 63) String name,
    @JsonPropertyDescription(
            "JSONL, a .json list, a .yaml mix of such files, or Parquet (a file, or a Hugging Face"
                + " folder): absolute, or below the data root")
        @Required
        @Size(min = 1, max = 1024) String path,
    @JsonPropertyDescription(
            "The folder that image names start from: absolute, or below the data root; absent: the"
                + " data root")
        @Size(max = 1024) @Nullable String images,
    @JsonPropertyDescription(
            "How the accuracy of a row is scored that does not name a method itself")
        @Default("default")
        @Size(min = 1, max = 63) String rewardMethod,
    @JsonPropertyDescription(
            "Which rows: all, first:N, end:N or random:N; N a number or a percentage")
        @Default("all")
        @Size(min = 1, max = 63) String sampling) {

  public Dataset {
    name = Objects.requireNonNullElse(name, "");
    path = Objects.requireNonNullElse(path, "");
    rewardMethod = Objects.requireNonNullElse(rewardMethod, "default");
    sampling = Objects.requireNonNullElse(sampling, "all");
  }

  static Dataset empty() {
    return Absent.all(Dataset.class);
  }
}

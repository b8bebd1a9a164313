package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The final model behind an inference server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServingSpec(
    @JsonPropertyDescription("Image of the server") @Nullable String image,
    @JsonPropertyDescription("Arguments of the server") List<String> args,
    @JsonPropertyDescription("Pods") @Default("1") @Min(0) Integer replicas) {

  public ServingSpec {
    args = Absent.list(args, List.of());
    replicas = Objects.requireNonNullElse(replicas, 1);
  }
}

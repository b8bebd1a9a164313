package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An inference server beside an evaluation. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerSpec(
    @JsonPropertyDescription("Image of the server") @Size(max = 1024) @Nullable String image,
    @JsonPropertyDescription(
            "Arguments after those that the engine's kind brings; {model} and {port} stand for the model's folder and the port")
        @Size(max = 256) List<String> args,
    @JsonPropertyDescription("Environment of the server") @Size(max = 256) List<EnvVar> env,
    @JsonPropertyDescription("Its accelerators; absent: those of the workers")
        @Nullable DeviceSpec device,
    @JsonPropertyDescription("Its CPU and memory; absent: those of the workers")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Size of its /dev/shm; absent: that of the workers")
        @Nullable Quantity sharedMemory,
    @JsonPropertyDescription("Seconds until it has to be ready, or the evaluation fails")
        @Default("1800")
        @Min(1) Integer readySeconds) {

  public ServerSpec {
    args = Absent.list(args, List.of());
    env = Absent.list(env, List.of());
    readySeconds = Objects.requireNonNullElse(readySeconds, 1800);
  }

  /** Every setting as it is when the user gives none. */
  public static ServerSpec defaults() {
    return Absent.all(ServerSpec.class);
  }
}

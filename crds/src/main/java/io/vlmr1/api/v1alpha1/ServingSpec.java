package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The trained model behind an inference server, for as long as the GrpoJob is there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServingSpec(
    @JsonPropertyDescription("Image of the server; absent, for engine own: that of the workers")
        @Size(max = 1024) @Nullable String image,
    @JsonPropertyDescription(
            "Arguments after those that the engine's kind brings; {model} and {port} stand for the model's folder and the port")
        @Size(max = 256) List<String> args,
    @JsonPropertyDescription("Pods") @Default("1") @Min(0) @Max(1024) Integer replicas,
    @JsonPropertyDescription("What answers: the trainer's own engine, or an inference server")
        @Default("own")
        Engine engine,
    @JsonPropertyDescription(
            "Which model: status.bestCheckpoint (without one: the final model), or the final model")
        @Default("best")
        Which model,
    @JsonPropertyDescription("Environment of the server") @Size(max = 256) List<EnvVar> env,
    @JsonPropertyDescription("Accelerators of each pod; absent: those of the workers")
        @Nullable DeviceSpec device,
    @JsonPropertyDescription("CPU and memory of each pod; absent: those of the workers")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Size of /dev/shm; absent: that of the workers")
        @Nullable Quantity sharedMemory) {

  public ServingSpec {
    args = Absent.list(args, List.of());
    replicas = Objects.requireNonNullElse(replicas, 1);
    engine = Objects.requireNonNullElse(engine, Engine.OWN);
    model = Objects.requireNonNullElse(model, Which.BEST);
    env = Absent.list(env, List.of());
  }

  /** The same as the server of an evaluation. */
  public ServerSpec asServer() {
    Integer seconds = ServerSpec.defaults().readySeconds(); // the probes wait
    return new ServerSpec(image, args, env, device, resources, sharedMemory, seconds);
  }

  /** Which of a training's models is served. */
  public enum Which {
    /** The one that evaluations found best. */
    @JsonProperty("best")
    BEST,

    /** The one that training ended with. */
    @JsonProperty("last")
    LAST
  }
}

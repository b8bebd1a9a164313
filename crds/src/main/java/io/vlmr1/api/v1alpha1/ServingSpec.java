package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The final model behind an inference server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServingSpec(
    @JsonPropertyDescription(
            "The kind of server: decides image and first arguments where they are not given")
        @Default("vllm")
        Server server,
    @JsonPropertyDescription("Image of the server; absent: the kind's own")
        @Size(min = 1, max = 1024) @Nullable String image,
    @JsonPropertyDescription(
            "Arguments added to the kind's own, which name model folder, port and model name")
        @Size(max = 256) List<String> args,
    @JsonPropertyDescription("Pods") @Default("1") @Min(0) @Max(256) Integer replicas,
    @JsonPropertyDescription("Accelerators of each pod") @Nullable DeviceSpec device,
    @JsonPropertyDescription("CPU and memory of each pod") @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Port of the server, and of the Service <job>-serving")
        @Default("8000")
        @Min(1024) @Max(65535) Integer port) {
  public ServingSpec {
    server = Objects.requireNonNullElse(server, Server.VLLM);
    args = Absent.list(args, List.of());
    replicas = Objects.requireNonNullElse(replicas, 1);
    port = Objects.requireNonNullElse(port, 8000);
  }

  /** Inference servers with the OpenAI API. */
  public enum Server {
    /** vLLM on GPUs. */
    @JsonProperty("vllm")
    VLLM,
    /** vLLM on Ascend NPUs. */
    @JsonProperty("vllm-ascend")
    VLLM_ASCEND,
    /** xLLM on Ascend NPUs. */
    @JsonProperty("xllm")
    XLLM
  }
}

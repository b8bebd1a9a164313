package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The worker pods of an attempt. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkersSpec(
    @JsonPropertyDescription("Pods") @Default("1") @Min(1) @Max(4096) Integer replicas,
    @JsonPropertyDescription(
            "Processes in each pod, a device each; they share its cores and memory")
        @Default("1")
        @Min(1) @Max(64) Integer processesPerWorker,
    @JsonPropertyDescription("Image of the workers; absent: the operator's default")
        @Size(max = 1024) @Nullable String image,
    @JsonPropertyDescription("Accelerators of each pod") @Nullable DeviceSpec device,
    @JsonPropertyDescription("CPU and memory of each pod") @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Size of /dev/shm; absent: the container runtime's default")
        @Nullable Quantity sharedMemory,
    @JsonPropertyDescription("Environment added to the workers'") @Size(max = 256) List<EnvVar> env,
    @JsonPropertyDescription("Labels of nodes that may run workers")
        Map<String, String> nodeSelector,
    @JsonPropertyDescription("Taints of nodes that workers accept") @Size(max = 64) List<Toleration> tolerations,
    @JsonPropertyDescription("Priority class of the pods") @Nullable String priorityClassName,
    @JsonPropertyDescription("Runtime class of the pods") @Nullable String runtimeClassName,
    @JsonPropertyDescription(
            "Service account of the pods, if the installation allows it; no token is mounted")
        @Nullable String serviceAccountName,
    @JsonPropertyDescription(
            "Pod template merged over what the operator makes, as a strategic merge patch; the container is named worker")
        @PreserveUnknownFields
        @Nullable JsonNode template,
    @JsonPropertyDescription("Gang scheduling, queues and placement")
        @Nullable SchedulingSpec scheduling,
    @JsonPropertyDescription("Claims of dynamic resource allocation that the worker uses")
        @Size(max = 16) List<DeviceClaim> resourceClaims) {

  public WorkersSpec {
    replicas = Objects.requireNonNullElse(replicas, 1);
    processesPerWorker = Objects.requireNonNullElse(processesPerWorker, 1);
    env = Absent.list(env, List.of());
    nodeSelector = Absent.map(nodeSelector);
    tolerations = Absent.list(tolerations, List.of());
    resourceClaims = Absent.list(resourceClaims, List.of());
  }

  /** Every setting as it is when the user gives none. */
  public static WorkersSpec defaults() {
    return Absent.all(WorkersSpec.class);
  }
}

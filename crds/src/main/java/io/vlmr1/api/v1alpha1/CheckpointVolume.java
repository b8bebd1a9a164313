package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The claim that checkpoints, metrics and reports are written to. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckpointVolume(
    @JsonPropertyDescription("An existing claim; absent: <job>-checkpoints is made")
        @Size(min = 1, max = 253) @Nullable String claimName,
    @JsonPropertyDescription("Size of the claim that is made") @Default("10Gi") Quantity size,
    @JsonPropertyDescription(
            "Storage class of the claim that is made; absent: the cluster's default")
        @Size(max = 253) @Nullable String storageClassName,
    @JsonPropertyDescription(
            "Access modes of the claim that is made; default: ReadWriteMany, as workers on several nodes need")
        @Size(min = 1, max = 4) @Default("[\"ReadWriteMany\"]")
        List<String> accessModes) {

  public CheckpointVolume {
    size = Objects.requireNonNullElseGet(size, () -> new Quantity("10Gi"));
    accessModes = Absent.list(accessModes, List.of("ReadWriteMany"));
  }

  /** Every setting as it is when the user gives none. */
  public static CheckpointVolume defaults() {
    return Absent.all(CheckpointVolume.class);
  }
}

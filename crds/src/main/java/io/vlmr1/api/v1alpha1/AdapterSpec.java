package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Small weights trained beside frozen ones. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AdapterSpec(
    @JsonPropertyDescription("Kind of adapter") @Default("lora") Type type,
    @JsonPropertyDescription("Rank of the pairs") @Default("64") @Min(1) Integer rank,
    @JsonPropertyDescription("The pairs are scaled by alpha / rank") @Default("128") @Min(1) Integer alpha,
    @JsonPropertyDescription("Scale by alpha / sqrt(rank) in place of alpha / rank (rsLoRA)")
        @Default("false")
        Boolean rankStabilised,
    @JsonPropertyDescription("Learn magnitude and direction apart (DoRA; not supported yet)")
        @Default("false")
        Boolean dora,
    @JsonPropertyDescription("Share of the adapter's inputs dropped in training")
        @Default("0.05")
        @Min(0) @Max(value = 1, inclusive = false) Double dropout,
    @JsonPropertyDescription(
            "Endings of the names of adapted layers; empty, or all-linear: every linear layer outside the vision tower and the embeddings")
        @Size(max = 64) List<String> targetModules,
    @JsonPropertyDescription(
            "A regular expression that the whole name of an adapted layer matches, in place of targetModules")
        @Size(min = 1, max = 4096) @Nullable String targetPattern,
    @JsonPropertyDescription("Endings of the names of modules trained and saved whole")
        @Size(max = 64) List<String> modulesToSave,
    @JsonPropertyDescription(
            "Folder of an adapter to start from, as peft saves it (relative: below the data root); its rank, scale and layers count then")
        @Size(min = 1, max = 1024) @Nullable String source) {

  public AdapterSpec {
    type = Objects.requireNonNullElse(type, Type.LORA);
    rank = Objects.requireNonNullElse(rank, 64);
    alpha = Objects.requireNonNullElse(alpha, 128);
    rankStabilised = Objects.requireNonNullElse(rankStabilised, false);
    dora = Objects.requireNonNullElse(dora, false);
    dropout = Objects.requireNonNullElse(dropout, 0.05);
    targetModules = Absent.list(targetModules, List.of());
    modulesToSave = Absent.list(modulesToSave, List.of());
  }

  /** Every setting as it is when the user gives none. */
  public static AdapterSpec defaults() {
    return Absent.all(AdapterSpec.class);
  }

  /** Kind of adapter trained in place of the weights. */
  public enum Type {
    /** Low-rank pairs beside linear layers. */
    @JsonProperty("lora")
    LORA
  }
}

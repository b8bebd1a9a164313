package io.vlmr1.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The model that training starts from. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelSpec(
    @JsonPropertyDescription(
            "A Hugging Face folder: a path (relative: below the data root), pvc://claim/path, or hf://organisation/name@revision (downloaded once into a volume, before the workers start)")
        @Required
        @Size(min = 1, max = 1024) String source,
    @JsonPropertyDescription(
            "What does not train: vision, language, or patterns of parameter names in which * stands for any characters")
        @Size(max = 64) List<String> freeze,
    @JsonPropertyDescription(
            "Images below this many pixels are enlarged; absent: as preprocessor_config.json says")
        @Min(1) @Nullable Integer minPixels,
    @JsonPropertyDescription(
            "Images above this many pixels are reduced; absent: as preprocessor_config.json says")
        @Min(1) @Nullable Integer maxPixels,
    @JsonPropertyDescription("Download of a source of the form hf://") @Nullable HubSpec hub) {

  public ModelSpec {
    source = Objects.requireNonNullElse(source, "");
    freeze = Absent.list(freeze, List.of());
  }

  static ModelSpec empty() {
    return Absent.all(ModelSpec.class);
  }
}

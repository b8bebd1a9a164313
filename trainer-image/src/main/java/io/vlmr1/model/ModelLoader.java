package io.vlmr1.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the family of a model folder by its config.json and has it load the weights. */
public final class ModelLoader {
  private ModelLoader() {}

  /**
   * Loads a model.
   *
   * @param folder in Hugging Face layout
   * @param dtype of weights and compute: float32 or bfloat16
   * @param trainable whether its weights get gradients; a reference policy's do not
   * @throws VlmR1Exception (bad model) naming the file and what is wrong with it
   */
  public static VisionLanguageModel load(Path folder, Dtype dtype, boolean trainable) {
    return load(folder, dtype, names -> trainable ? Tuning.ALL : Tuning.NONE);
  }

  /**
   * Loads a model of which some weights train, or with an adapter that is not set yet.
   *
   * @param choice what trains, given what the family calls its weights
   */
  public static VisionLanguageModel load(
      Path folder, Dtype dtype, Function<WeightNames, Tuning> choice) {
    Found found = find(folder);
    Tuning tuning = choice.apply(found.family().names(found.source()));
    return found.family().load(found.source(), dtype, tuning);
  }

  /** What the family of a folder's model calls its weights. */
  public static WeightNames names(Path folder) {
    Found found = find(folder);
    return found.family().names(found.source());
  }

  /** What a folder's config.json says its model is made of: no weights are needed. */
  public static Blueprint blueprint(Path folder) {
    Found found = find(folder);
    return found.family().blueprint(found.source());
  }

  /** A model of the folder's config.json with random weights, the same for the same seed. */
  public static VisionLanguageModel random(Path folder, Dtype dtype, long seed) {
    Found found = find(folder);
    return found.family().random(found.source(), dtype, seed);
  }

  /**
   * How conversations become prompts of a folder's model.
   *
   * @param tokenizer that of the folder; stays the caller's
   * @param pixels limits of a resized picture's area
   */
  public static PromptProcessor processor(
      Path folder, Tokenizer tokenizer, ModelFamily.PixelLimits pixels) {
    Found found = find(folder);
    return found.family().processor(found.source(), tokenizer, pixels);
  }

  private record Found(ModelFamily family, ModelFamily.Source source) {}

  private static Found find(Path folder) {
    JsonNode config = HuggingFaceFolder.config(folder);
    String type = config.path("model_type").asText("");
    String architecture = config.path("architectures").path(0).asText("");
    List<String> known = new ArrayList<>();
    // families register themselves: this package does not know them
    for (ModelFamily family : ServiceLoader.load(ModelFamily.class)) {
      for (ModelFamily.Kind kind : family.kinds()) {
        if (type.isEmpty()
            ? kind.architecture().equals(architecture)
            : kind.modelType().equals(type)) {
          return new Found(
              family, new ModelFamily.Source(folder, kind.modelType(), config, generation(folder)));
        }
        known.add("%s (%s)".formatted(kind.modelType(), kind.architecture()));
      }
    }
    throw new VlmR1Exception(
        ExitCode.BAD_MODEL,
        "%s: model_type '%s' (architectures '%s') is not a known family; known: %s"
            .formatted(
                folder.resolve("config.json"),
                type,
                architecture,
                known.stream().sorted().collect(Collectors.joining(", "))));
  }

  private static JsonNode generation(Path folder) {
    return HuggingFaceFolder.json(folder, "generation_config.json")
        .orElse(MissingNode.getInstance());
  }
}

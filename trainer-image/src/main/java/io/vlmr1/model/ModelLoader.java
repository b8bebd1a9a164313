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
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

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
    JsonNode config = HuggingFaceFolder.config(folder);
    ModelFamily family = family(folder, config);
    return family.load(
        new ModelFamily.Source(folder, config, generation(folder)),
        dtype,
        choice.apply(family.names()));
  }

  /** What the family of a folder's model calls its weights. */
  public static WeightNames names(Path folder) {
    return family(folder, HuggingFaceFolder.config(folder)).names();
  }

  /** A model of the folder's config.json with random weights, the same for the same seed. */
  public static VisionLanguageModel random(Path folder, Dtype dtype, long seed) {
    JsonNode config = HuggingFaceFolder.config(folder);
    return family(folder, config)
        .random(new ModelFamily.Source(folder, config, generation(folder)), dtype, seed);
  }

  /**
   * How conversations become prompts of a folder's model.
   *
   * @param tokenizer that of the folder; stays the caller's
   * @param pixels limits of a resized picture's area
   */
  public static PromptProcessor processor(
      Path folder, Tokenizer tokenizer, ModelFamily.PixelLimits pixels) {
    return family(folder, HuggingFaceFolder.config(folder)).processor(folder, tokenizer, pixels);
  }

  private static JsonNode generation(Path folder) {
    return HuggingFaceFolder.json(folder, "generation_config.json")
        .orElse(MissingNode.getInstance());
  }

  private static ModelFamily family(Path folder, JsonNode config) {
    String type = config.path("model_type").asText("");
    // families register themselves: this package does not know them
    Map<String, ModelFamily> known = new TreeMap<>();
    ServiceLoader.load(ModelFamily.class).forEach(each -> known.put(each.modelType(), each));
    ModelFamily family = known.get(type);
    if (family == null) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          "%s: model_type '%s' is not a known family; known: %s"
              .formatted(folder.resolve("config.json"), type, List.copyOf(known.keySet())));
    }
    return family;
  }
}

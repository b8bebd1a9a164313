package io.vlmr1.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A family of models: how its folders become a {@link VisionLanguageModel}. Registered as a
 * service: one line in META-INF/services.
 */
public interface ModelFamily {

  /**
   * A model folder, its configs read.
   *
   * @param folder where the weights are
   * @param modelType which of the family's kinds it is
   * @param config config.json
   * @param generation generation_config.json, or a missing node
   */
  record Source(Path folder, String modelType, JsonNode config, JsonNode generation) {}

  /**
   * A kind of model folders of this family.
   *
   * @param modelType `model_type` of its config.json
   * @param architecture first of its `architectures`
   */
  record Kind(String modelType, String architecture) {}

  /** What config.json calls its models. */
  List<Kind> kinds();

  /** Its kind of a type that is one of its own. */
  default Kind kind(String modelType) {
    return kinds().stream()
        .filter(kind -> kind.modelType().equals(modelType))
        .findFirst()
        .orElseThrow();
  }

  /** What the folder's config says the model is made of; weights and tokenizer are not read. */
  Blueprint blueprint(Source source);

  /**
   * The model with the folder's weights; the pairs of an adapter are not set.
   *
   * @param tuning what of it trains
   */
  VisionLanguageModel load(Source source, Dtype dtype, Tuning tuning);

  /** What the weights of a folder's model are called. */
  WeightNames names(Source source);

  /** A trainable model with random weights. */
  VisionLanguageModel random(Source source, Dtype dtype, long seed);

  /**
   * How conversations become prompts of the folder's model.
   *
   * @param tokenizer that of the folder; stays the caller's
   * @param pixels limits of a resized picture's area
   */
  PromptProcessor processor(Source source, Tokenizer tokenizer, PixelLimits pixels);

  /**
   * In place of preprocessor_config.json's, where given.
   *
   * @param least smallest area of a resized picture, in pixels
   * @param most largest
   */
  record PixelLimits(@Nullable Long least, @Nullable Long most) {}
}

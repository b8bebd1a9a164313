package io.vlmr1.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.tensor.Dtype;
import java.nio.file.Path;

/**
 * A family of models: how its folders become a {@link VisionLanguageModel}. Registered as a service:
 * one line in META-INF/services.
 */
public interface ModelFamily {

  /**
   * A model folder, its configs read.
   *
   * @param folder where the weights are
   * @param config config.json
   * @param generation generation_config.json, or a missing node
   */
  record Source(Path folder, JsonNode config, JsonNode generation) {}

  /** `model_type` of its config.json. */
  String modelType();

  /** The model with the folder's weights. */
  VisionLanguageModel load(Source source, Dtype dtype, boolean trainable);

  /** A trainable model with random weights. */
  VisionLanguageModel random(Source source, Dtype dtype, long seed);
}

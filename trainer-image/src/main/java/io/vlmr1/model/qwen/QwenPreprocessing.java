package io.vlmr1.model.qwen;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.image.Patches;
import io.vlmr1.image.SmartResize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What `preprocessor_config.json` of a Qwen folder says.
 *
 * @param resize sizes that pictures are brought to
 * @param recipe how they are cut and normalised
 */
record QwenPreprocessing(SmartResize resize, Patches.Recipe recipe) {
  private static final long DEFAULT_MIN_PIXELS = 3136;
  private static final long DEFAULT_MAX_PIXELS = 12845056;
  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

  /**
   * Reads the file of a model folder.
   *
   * @param minPixels in place of the file's, if given
   * @param maxPixels in place of the file's, if given
   * @throws VlmR1Exception BAD_MODEL, naming the file, when it is absent or broken
   */
  static QwenPreprocessing open(
      Path modelFolder, @Nullable Long minPixels, @Nullable Long maxPixels) {
    JsonNode config = read(modelFolder.resolve("preprocessor_config.json"));
    int side = config.path("patch_size").asInt(14);
    int merge = config.path("merge_size").asInt(2);
    JsonNode size = config.path("size");
    long smallest =
        limit(config.path("min_pixels"), size.path("shortest_edge"), DEFAULT_MIN_PIXELS);
    long largest = limit(config.path("max_pixels"), size.path("longest_edge"), DEFAULT_MAX_PIXELS);
    return new QwenPreprocessing(
        new SmartResize(
            side * merge,
            minPixels == null ? smallest : minPixels,
            maxPixels == null ? largest : maxPixels),
        new Patches.Recipe(
            side,
            merge,
            config.path("temporal_patch_size").asInt(2),
            config.path("rescale_factor").asDouble(1.0 / 255),
            channels(config.path("image_mean"), CLIP_MEAN),
            channels(config.path("image_std"), CLIP_DEVIATION)));
  }

  /** A JSON file of a model folder. */
  static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          file + ": not readable as JSON (" + e.getMessage() + "); name a complete model folder",
          e);
    }
  }

  private static long limit(JsonNode own, JsonNode newer, long otherwise) {
    return own.isNumber() ? own.asLong() : newer.asLong(otherwise);
  }

  private static List<Double> channels(JsonNode field, List<Double> otherwise) {
    if (field.size() != otherwise.size()) {
      return otherwise;
    }
    List<Double> values = new ArrayList<>();
    field.forEach(value -> values.add(value.asDouble()));
    return values;
  }
}

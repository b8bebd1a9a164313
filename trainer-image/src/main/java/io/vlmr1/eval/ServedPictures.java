package io.vlmr1.eval;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.prompt.PatchPictures;
import java.nio.file.Path;
import java.util.Objects;

/** How a server that serves a model folder resizes pictures before its model sees them. */
final class ServedPictures {
  private static final int SIDE = 14;
  private static final int MERGE = 2;
  private static final long LEAST = 4L * 28 * 28;
  private static final long MOST = 16384L * 28 * 28;

  private ServedPictures() {}

  /** Qwen2-VL and Qwen2.5-VL, whose preprocessor_config.json says by how much. */
  static SmartResize qwen(Path folder, PixelLimits limits) {
    JsonNode config = PatchPictures.preprocessor(folder);
    JsonNode size = config.path("size");
    long least = config.path("min_pixels").asLong(size.path("shortest_edge").asLong(LEAST));
    long most = config.path("max_pixels").asLong(size.path("longest_edge").asLong(MOST));
    return new SmartResize(
        config.path("patch_size").asInt(SIDE) * config.path("merge_size").asInt(MERGE),
        Objects.requireNonNullElse(limits.least(), least),
        Objects.requireNonNullElse(limits.most(), most));
  }
}

package io.vlmr1.model.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.Patches;
import io.vlmr1.image.Resize;
import io.vlmr1.image.SmartResize;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Pictures in nearly their own size, cut into patches of which a block becomes a token: as
 * `preprocessor_config.json` of Qwen and GLM has it.
 *
 * @param resize sizes that pictures are brought to
 * @param recipe how they are cut and normalised
 */
public record PatchPictures(SmartResize resize, Patches.Recipe recipe) implements Pictures {
  /** Pictures with a smaller side are enlarged first, as VLM-R1 does. */
  private static final int SMALLEST_SIDE = 28;

  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

  /**
   * What a family does where the file says nothing.
   *
   * @param leastPixels smallest area, frames counted
   * @param mostPixels largest
   * @param countsFrames whether the frames that a still picture is repeated for count as area
   */
  public record Defaults(long leastPixels, long mostPixels, boolean countsFrames) {}

  /**
   * Reads the file of a model folder.
   *
   * @param limits in place of the file's, if given
   * @throws VlmR1Exception BAD_MODEL, naming the file, when it is absent or broken
   */
  public static PatchPictures open(Path folder, PixelLimits limits, Defaults defaults) {
    JsonNode config = preprocessor(folder);
    int side = config.path("patch_size").asInt(14);
    int merge = config.path("merge_size").asInt(2);
    int frames = config.path("temporal_patch_size").asInt(2);
    JsonNode size = config.path("size");
    long least =
        limit(config.path("min_pixels"), size.path("shortest_edge"), defaults.leastPixels());
    long most = limit(config.path("max_pixels"), size.path("longest_edge"), defaults.mostPixels());
    return new PatchPictures(
        new SmartResize(
            side * merge,
            limits.least() == null ? least : limits.least(),
            limits.most() == null ? most : limits.most(),
            defaults.countsFrames() ? frames : 1,
            defaults.countsFrames() ? side * merge : 0),
        new Patches.Recipe(
            side,
            merge,
            frames,
            config.path("rescale_factor").asDouble(1.0 / 255),
            channels(config.path("image_mean"), CLIP_MEAN),
            channels(config.path("image_std"), CLIP_DEVIATION)));
  }

  /** preprocessor_config.json of a model folder. */
  public static JsonNode preprocessor(Path folder) {
    return HuggingFaceFolder.json(folder, "preprocessor_config.json")
        .orElseThrow(
            () ->
                new VlmR1Exception(
                    ExitCode.BAD_MODEL,
                    folder.resolve("preprocessor_config.json")
                        + ": not there; name a complete model folder"));
  }

  private static long limit(JsonNode own, JsonNode newer, long otherwise) {
    return own.isNumber() ? own.asLong() : newer.asLong(otherwise);
  }

  /** A number a channel, or the family's where the file has none. */
  public static List<Double> channels(JsonNode field, List<Double> otherwise) {
    if (field.size() != otherwise.size()) {
      return otherwise;
    }
    List<Double> values = new ArrayList<>();
    field.forEach(value -> values.add(value.asDouble()));
    return values;
  }

  @Override
  public PreparedImage prepare(DecodedImage image) {
    DecodedImage large = Resize.atLeast(image, SMALLEST_SIDE);
    SmartResize.Size size = resize.of(large.width(), large.height());
    Patches patches =
        Patches.of(Resize.to(large, size.width(), size.height(), Resize.Filter.BICUBIC), recipe);
    Tensor values =
        Tensors.ofFloatsInMainMemory(
            patches.values(), (long) patches.gridHeight() * patches.gridWidth(), recipe.width());
    return new PreparedImage(
        values, 1, patches.gridHeight(), patches.gridWidth(), image.width(), image.height());
  }

  @Override
  public int tokens(SmartResize.Size picture) {
    SmartResize.Size large = Resize.atLeast(picture, SMALLEST_SIDE);
    SmartResize.Size size = resize.of(large.width(), large.height());
    return size.width() / resize.factor() * (size.height() / resize.factor());
  }

  @Override
  public int patchSide() {
    return recipe.side();
  }
}

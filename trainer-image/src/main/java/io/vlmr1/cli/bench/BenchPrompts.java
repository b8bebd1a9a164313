package io.vlmr1.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Prompts and completions of given sizes, made as the Python peer makes them: random ids above
 * every special one, pictures of random patches in the middle of the text.
 */
final class BenchPrompts {
  private static final int PATCH = 14;
  private static final int MERGE = 2;
  private static final int PATCH_NUMBERS = 1176;

  private final JsonNode config;
  private final SplittableRandom random = new SplittableRandom(11);

  /** For a Qwen2.5-VL with this config.json. */
  BenchPrompts(JsonNode config) {
    this.config = config;
  }

  /** Ids of ordinary text. */
  int[] ordinary(int count) {
    int first =
        config.properties().stream()
                .filter(entry -> entry.getKey().endsWith("_token_id"))
                .filter(entry -> entry.getValue().isIntegralNumber())
                .mapToInt(entry -> entry.getValue().asInt())
                .max()
                .orElse(0)
            + 1;
    return random.ints(count, first, number("vocab_size")).toArray();
  }

  /** One prompt of so many tokens with pictures of width x height pixels in it. */
  PreparedPrompt prompt(int images, int width, int height, int tokens) {
    int rows = height / PATCH;
    int columns = width / PATCH;
    int perImage = rows * columns / (MERGE * MERGE);
    int text = tokens - images * (perImage + 2);
    if (text < 2) {
      throw new VlmR1Exception(
          ExitCode.USAGE,
          "%d images of %dx%d take %d tokens: more than --prompt-tokens %d; raise it or take smaller images"
              .formatted(images, width, height, images * (perImage + 2), tokens));
    }
    int[] words = ordinary(text);
    List<Integer> ids = new ArrayList<>();
    IntStream.range(0, text / 2).forEach(i -> ids.add(words[i]));
    List<PreparedImage> pictures = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      ids.add(number("vision_start_token_id"));
      IntStream.range(0, perImage).forEach(i -> ids.add(number("image_token_id")));
      ids.add(number("vision_end_token_id"));
      pictures.add(new PreparedImage(patches(rows * columns), 1, rows, columns, width, height));
    }
    IntStream.range(text / 2, text).forEach(i -> ids.add(words[i]));
    return new PreparedPrompt(ids.stream().mapToInt(Integer::intValue).toArray(), pictures);
  }

  private Tensor patches(int count) {
    float[] values = new float[count * PATCH_NUMBERS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.ofFloats(values, count, PATCH_NUMBERS);
  }

  private int number(String field) {
    return (config.has(field) ? config : config.path("text_config")).path(field).asInt();
  }
}

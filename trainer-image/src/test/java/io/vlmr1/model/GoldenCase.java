package io.vlmr1.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;

/** A case of the reference folder as the engine takes it: prompts with golden patches. */
public record GoldenCase(List<Row> rows, ReferenceTensors tensors, JsonNode json, int length)
    implements AutoCloseable {

  /**
   * One row of the batch.
   *
   * @param start where its prompt begins in the padded row
   */
  public record Row(PreparedPrompt prompt, int[] completion, int start, JsonNode json) {}

  /** Reads a case of a model. */
  public static GoldenCase read(String model, String name) {
    String folder = "cases/" + model + "/" + name;
    JsonNode json = ReferenceFolder.json(folder + "/case.json");
    ReferenceTensors tensors = ReferenceTensors.read(folder + "/tensors.safetensors");
    List<PreparedImage> images = images(model, tensors);
    List<Row> rows = new ArrayList<>();
    int image = 0;
    for (JsonNode row : json.get("rows")) {
      int count = row.get("images").size();
      int[] ids = ints(row.get("prompt_ids"));
      rows.add(
          new Row(
              new PreparedPrompt(ids, images.subList(image, image + count)),
              ints(row.get("completion_ids")),
              json.get("prompt_length").asInt() - ids.length,
              row));
      image += count;
    }
    return new GoldenCase(rows, tensors, json, (int) tensors.shape("input_ids")[1]);
  }

  /** The pictures behind pixel_values, in the order of the rows. */
  static List<PreparedImage> images(String model, ReferenceTensors tensors) {
    if (!tensors.names().contains("pixel_values")) {
      return List.of();
    }
    return tensors.names().contains("image_grid_thw")
        ? onGrids(tensors.floats("pixel_values"), tensors.ints("image_grid_thw"))
        : inTiles(model, tensors);
  }

  /** Patches [patches, inputs] and grids [images, 3], cut into pictures. */
  private static List<PreparedImage> onGrids(float[] patches, int[] grids) {
    List<PreparedImage> images = new ArrayList<>();
    int all = IntStream.range(0, grids.length / 3).map(i -> count(grids, i)).sum();
    int inputs = patches.length / all;
    int start = 0;
    for (int i = 0; i < grids.length / 3; i++) {
      int count = count(grids, i);
      float[] values = Arrays.copyOfRange(patches, start * inputs, (start + count) * inputs);
      images.add(
          new PreparedImage(
              Tensor.create(values, count, inputs),
              grids[3 * i],
              grids[3 * i + 1],
              grids[3 * i + 2],
              14 * grids[3 * i + 2],
              14 * grids[3 * i + 1]));
      start += count;
    }
    return images;
  }

  private static int count(int[] grids, int image) {
    return grids[3 * image] * grids[3 * image + 1] * grids[3 * image + 2];
  }

  /** Pixels [tiles, 3, side, side] and tiles of each picture; all one picture without these. */
  private static List<PreparedImage> inTiles(String model, ReferenceTensors tensors) {
    long[] shape = tensors.shape("pixel_values");
    float[] pixels = tensors.floats("pixel_values");
    int[] counts =
        tensors.names().contains("tile_counts")
            ? tensors.ints("tile_counts")
            : new int[] {(int) shape[0]};
    JsonNode patch =
        ReferenceFolder.json("models/" + model + "/config.json")
            .get("vision_config")
            .get("patch_size");
    int grid = (int) shape[2] / (patch.isArray() ? patch.get(0) : patch).asInt();
    int each = (int) (shape[1] * shape[2] * shape[3]);
    List<PreparedImage> images = new ArrayList<>();
    int start = 0;
    for (int count : counts) {
      float[] values = Arrays.copyOfRange(pixels, start * each, (start + count) * each);
      Tensor tiles = Tensor.create(values, count, shape[1], shape[2], shape[3]);
      images.add(new PreparedImage(tiles, count, grid, grid, (int) shape[3], (int) shape[2]));
      start += count;
    }
    return images;
  }

  static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  /** Each row a group with one completion. */
  Pack pack() {
    return new Pack(
        rows.stream().map(row -> new Pack.Group(row.prompt(), List.of(row.completion()))).toList());
  }

  List<PreparedPrompt> prompts() {
    return rows.stream().map(Row::prompt).toList();
  }

  /** All pictures of all rows. */
  public List<PreparedImage> images() {
    return prompts().stream().flatMap(prompt -> prompt.images().stream()).toList();
  }

  /** Values of a [B, C] tensor where the completion mask is 1, row by row. */
  float[] whereMasked(String name) {
    return whereMasked(tensors, name);
  }

  static float[] whereMasked(ReferenceTensors tensors, String name) {
    float[] values = tensors.floats(name);
    int[] mask = tensors.ints("completion_mask");
    float[] kept = new float[Arrays.stream(mask).sum()];
    int n = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == 1) {
        kept[n++] = values[i];
      }
    }
    return kept;
  }

  @Override
  public void close() {
    rows.forEach(row -> row.prompt().close());
  }
}

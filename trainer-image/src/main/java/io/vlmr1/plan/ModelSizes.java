package io.vlmr1.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.model.Blueprint;
import io.vlmr1.nn.BlockBytes;
import io.vlmr1.nn.Slot;
import io.vlmr1.nn.Slot.Part;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A model in numbers, as a job trains it.
 *
 * @param language a decoder layer
 * @param layers how many
 * @param vision a block of the vision tower
 * @param visionLayers how many
 * @param vocabulary rows of the embedding
 * @param weights numbers of all weights, an adapter's pairs included
 * @param trained numbers that have a gradient
 * @param around what lies around the vision tower's blocks, and how far they see
 * @param training what of it trains, and in which types
 */
public record ModelSizes(
    BlockBytes language,
    int layers,
    BlockBytes vision,
    int visionLayers,
    long vocabulary,
    long weights,
    long trained,
    Around around,
    Training training) {
  private static final Pattern IN_BLOCK = Pattern.compile("\\.(blocks|layers?)\\.\\d+\\.");

  /**
   * Around the tower's blocks.
   *
   * @param perPatch numbers that each patch is multiplied with before them
   * @param perToken numbers that each image token is multiplied with behind them
   * @param wholeShare share of blocks that see whole pictures
   * @param window patches that the others see
   */
  public record Around(long perPatch, long perToken, double wholeShare, long window) {}

  /**
   * What trains.
   *
   * @param dtype of weights and compute
   * @param gradients their type
   * @param tower whether the vision tower learns
   * @param adapted whether pairs beside the products learn instead of the products
   */
  public record Training(Dtype dtype, Dtype gradients, boolean tower, boolean adapted) {}

  /**
   * Of a model folder's config.
   *
   * @param config config.json
   * @param tuning what trains
   * @param gradients their type where it is not that of the weights
   */
  public static ModelSizes of(
      Blueprint model, JsonNode config, Tuning tuning, Dtype dtype, Dtype gradients) {
    Tuning.Tuned tuned = tuning.of(model.slots());
    Tuning.Pairs pairs = tuned.pairs();
    long pairElements = 0;
    boolean towerPairs = false;
    if (pairs != null) {
      for (Tuning.Pair pair : pairs.list()) {
        long[] shape = pair.weight().shape();
        pairElements += pair.rank() * (shape[0] + shape[1]);
        towerPairs |= inTower(model).test(pair.weight().name());
      }
    }
    long moving =
        model.slots().stream()
            .filter(slot -> slot.parts().stream().anyMatch(p -> tuned.trained().contains(p.name())))
            .flatMap(slot -> slot.parts().stream())
            .mapToLong(ModelSizes::elements)
            .sum();
    boolean tower = towerPairs || tuned.trained().stream().anyMatch(inTower(model));
    return new ModelSizes(
        block(model, model.language(), false, dtype, pairs != null),
        model.language().layers(),
        block(model, model.vision(), true, dtype, towerPairs),
        model.vision().layers(),
        model.vocabularySize(),
        model.parameters(name -> true) + pairElements,
        moving + pairElements,
        around(model, config.path("vision_config")),
        new Training(dtype, gradients, tower, pairs != null));
  }

  private static Predicate<String> inTower(Blueprint model) {
    return name -> model.isVision(name) && IN_BLOCK.matcher(name).find();
  }

  private static BlockBytes block(
      Blueprint model, Blueprint.Sizes sizes, boolean vision, Dtype dtype, boolean adapted) {
    boolean gated =
        model.slots().stream()
            .filter(slot -> IN_BLOCK.matcher(slot.name()).find())
            .filter(slot -> model.isVision(slot.parts().get(0).name()) == vision)
            .anyMatch(ModelSizes::isGate);
    return new BlockBytes(
        sizes.hidden(),
        sizes.shape(),
        (gated ? 2L : 1L) * sizes.intermediate(),
        sizes.intermediate(),
        dtype,
        new BlockBytes.Parts(true, false, 0, adapted));
  }

  private static boolean isGate(Slot slot) {
    return slot.name().endsWith("gate_up.weight");
  }

  private static Around around(Blueprint model, JsonNode vision) {
    long perPatch = 0;
    long perToken = 0;
    for (Part part : model.parts()) {
      String name = part.name();
      boolean matrix = part.shape().length >= 2;
      if (matrix && model.isVision(name) && !IN_BLOCK.matcher(name).find()) {
        boolean patch = name.contains("patch_embed");
        perPatch += patch ? elements(part) : 0;
        perToken += patch || name.contains("position") ? 0 : elements(part);
      }
    }
    int window = vision.path("window_size").asInt(0) / Math.max(1, side(vision));
    double whole =
        window == 0
            ? 1
            : (double) vision.path("fullatt_block_indexes").size()
                / Math.max(1, model.vision().layers());
    return new Around(perPatch, perToken, whole, (long) window * window);
  }

  private static int side(JsonNode vision) {
    return vision.path("patch_size").asInt(vision.path("spatial_patch_size").asInt(14));
  }

  private static long elements(Part part) {
    return Arrays.stream(part.shape()).reduce(1, Math::multiplyExact);
  }

  /** Numbers that a row is multiplied with in a block. */
  static long products(BlockBytes block) {
    return block.hidden() * (block.shape().columns() + block.shape().queries())
        + block.hidden() * (block.product() + block.inner());
  }

  /** Bytes of the weights that a decoded token is multiplied with. */
  long decoderBytes() {
    return (layers * products(language) + head()) * training.dtype().bytes();
  }

  /** Bytes that a step of decoding must read at least: weights, and half-filled keys and values. */
  public double decodedBytes(Workload work) {
    Workload.Batch batch = work.batch();
    double places = batch.prompt().tokens() + batch.group() * batch.completion() / 2.0;
    double cached = 2 * places * language.shape().keys() * Dtype.FLOAT32.bytes();
    return decoderBytes() + layers * batch.prompts() * cached;
  }

  /** Numbers of the projection to the vocabulary. */
  long head() {
    return vocabulary * language.hidden();
  }

  /** Numbers of low-rank pairs beside all products of the decoder, its head's too. */
  long pairs(int rank) {
    long wide = language.product() / language.inner() * (language.hidden() + language.inner());
    long heads = language.shape().queries() + 2 * language.shape().keys();
    long sides =
        3 * language.hidden()
            + heads
            + language.hidden()
            + language.shape().queries()
            + wide
            + language.inner()
            + language.hidden();
    return rank * (layers * sides + language.hidden() + vocabulary);
  }

  /** One decoder layer of it, and nothing around it. */
  ModelSizes oneLayer() {
    return new ModelSizes(
        language, 1, vision, 0, 0, weights, trained, new Around(0, 0, 0, 0), training);
  }

  /** The same without the projection to the vocabulary. */
  ModelSizes withoutHead() {
    return new ModelSizes(
        language, layers, vision, visionLayers, 0, weights, trained, around, training);
  }

  /** The same trained in another way. */
  ModelSizes with(long otherWeights, long otherTrained, Training other) {
    BlockBytes.Parts parts = language.parts();
    return new ModelSizes(
        retyped(language, other.dtype(), parts.turned(), other.adapted()),
        layers,
        retyped(vision, other.dtype(), vision.parts().turned(), other.adapted() && other.tower()),
        visionLayers,
        vocabulary,
        otherWeights,
        otherTrained,
        around,
        other);
  }

  private static BlockBytes retyped(BlockBytes block, Dtype dtype, boolean turned, boolean low) {
    return new BlockBytes(
        block.hidden(),
        block.shape(),
        block.product(),
        block.inner(),
        dtype,
        new BlockBytes.Parts(turned, block.parts().queriesNormed(), block.parts().joints(), low));
  }
}

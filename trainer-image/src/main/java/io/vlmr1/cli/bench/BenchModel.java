package io.vlmr1.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.model.AdapterTargets;
import io.vlmr1.model.Freeze;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.ModelTuning;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.model.WeightNames;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.weights.AdapterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The model that is timed: a folder, or a Qwen2.5-VL of some size with random weights, written to a
 * folder of its own first, so that it is loaded as any other.
 */
final class BenchModel implements AutoCloseable {
  private static final long SEED = 7;

  private final Path folder;
  private final boolean made;

  /** Sizes of the generated models, by their number of weights. */
  @SuppressWarnings("ImmutableEnumChecker") // its lists are made by List.of
  enum Size {
    /** Six million weights. */
    M6(List.of(192, 4, 512, 4, 2), List.of(128, 4, 384, 4), 4096),
    /** 45 million. */
    M45(List.of(512, 8, 1536, 8, 2), List.of(384, 6, 1152, 6), 16384),
    /** 150 million. */
    M150(List.of(768, 14, 2560, 12, 2), List.of(512, 10, 1536, 8), 32768),
    /** 450 million. */
    M450(List.of(1024, 24, 4096, 16, 2), List.of(768, 16, 2304, 12), 65536);

    private final List<Integer> text; // hidden, layers, intermediate, heads, key heads
    private final List<Integer> vision; // hidden, blocks, intermediate, heads
    private final int vocabulary;

    Size(List<Integer> text, List<Integer> vision, int vocabulary) {
      this.text = text;
      this.vision = vision;
      this.vocabulary = vocabulary;
    }

    /** From `45m`. */
    static Size named(String name) {
      return valueOf("M" + name.toUpperCase(java.util.Locale.ROOT).replace("M", ""));
    }

    private Map<String, Object> config() {
      int width = text.get(0) / text.get(3);
      int section = 3 * width / 16;
      return Map.ofEntries(
          Map.entry("architectures", List.of("Qwen2_5_VLForConditionalGeneration")),
          Map.entry("model_type", "qwen2_5_vl"),
          Map.entry("vocab_size", vocabulary),
          Map.entry("hidden_size", text.get(0)),
          Map.entry("num_hidden_layers", text.get(1)),
          Map.entry("intermediate_size", text.get(2)),
          Map.entry("num_attention_heads", text.get(3)),
          Map.entry("num_key_value_heads", text.get(4)),
          Map.entry("hidden_act", "silu"),
          Map.entry("max_position_embeddings", 32768),
          Map.entry("rms_norm_eps", 1e-6),
          Map.entry("rope_theta", 1e6),
          Map.entry(
              "rope_scaling",
              Map.of(
                  "type",
                  "mrope",
                  "mrope_section",
                  List.of(width / 2 - 2 * section, section, section))),
          Map.entry("tie_word_embeddings", true),
          Map.entry("initializer_range", 0.02),
          Map.entry("bos_token_id", 1),
          Map.entry("eos_token_id", 2),
          Map.entry("vision_start_token_id", 3),
          Map.entry("vision_end_token_id", 4),
          Map.entry("vision_token_id", 5),
          Map.entry("image_token_id", 6),
          Map.entry("video_token_id", 7),
          Map.entry("vision_config", visionConfig()));
    }

    private Map<String, Object> visionConfig() {
      List<Integer> whole =
          IntStream.range(0, vision.get(1))
              .filter(i -> i % 4 == 3 || i == vision.get(1) - 1)
              .boxed()
              .toList();
      return Map.ofEntries(
          Map.entry("hidden_size", vision.get(0)),
          Map.entry("depth", vision.get(1)),
          Map.entry("intermediate_size", vision.get(2)),
          Map.entry("num_heads", vision.get(3)),
          Map.entry("out_hidden_size", text.get(0)),
          Map.entry("hidden_act", "silu"),
          Map.entry("patch_size", 14),
          Map.entry("spatial_merge_size", 2),
          Map.entry("temporal_patch_size", 2),
          Map.entry("window_size", 112),
          Map.entry("fullatt_block_indexes", whole));
    }
  }

  private BenchModel(Path folder, boolean made) {
    this.folder = folder;
    this.made = made;
  }

  /** One that is there. */
  static BenchModel of(Path folder) {
    return new BenchModel(folder, false);
  }

  /** One with random weights, the same each time; its folder goes with it. */
  static BenchModel random(Size size) throws IOException {
    Path folder = Files.createTempDirectory("vlmr1-bench-model");
    BenchModel model = new BenchModel(folder.resolve("model"), true);
    new ObjectMapper().writeValue(folder.resolve("config.json").toFile(), size.config());
    try (VisionLanguageModel weights = ModelLoader.random(folder, Dtype.FLOAT32, SEED)) {
      ModelSaver.save(weights, folder, model.folder);
    }
    return model;
  }

  Path folder() {
    return folder;
  }

  /** What trains: everything, or new pairs of a rank above 0. */
  static Function<WeightNames, Tuning> tuning(int rank) {
    if (rank == 0) {
      return names -> Tuning.ALL;
    }
    AdapterConfig config = new AdapterConfig(rank, 2.0 * rank, 0, false, Map.of(), List.of());
    return ModelTuning.newAdapter(
        config, new AdapterTargets(List.of(), null), new Freeze(List.of()));
  }

  /** Loads it to learn; `placed` says where what trains lies. */
  VisionLanguageModel policy(Dtype dtype, int rank, UnaryOperator<Tuning> placed) {
    VisionLanguageModel model = ModelLoader.load(folder, dtype, tuning(rank).andThen(placed));
    if (rank > 0) {
      Objects.requireNonNull(model.parameters().adapter()).begin(SEED);
    }
    return model;
  }

  @Override
  public void close() {
    if (!made) {
      return;
    }
    try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder.getParent()))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

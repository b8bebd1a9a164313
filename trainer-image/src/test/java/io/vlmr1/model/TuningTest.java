package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.optim.AdamW;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterConfig;
import io.vlmr1.weights.AdapterFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities of models of which a part trains: frozen towers, adapters, and both. */
class TuningTest {
  private static final int[][] FIRST = {{5, 6, 7, 8, 9}, {10}, {}, {11, 12, 13}};
  private static final int[][] SECOND = {{20, 21}, {22, 23, 24, 25, 26, 27, 28}};
  private static Path base;
  private static GoldenCase twoPictures;
  private static GoldenCase onePicture;

  @TempDir Path folder;

  @BeforeAll
  static void read() {
    String name = ReferenceFolder.models("qwen2_5_vl").get(0);
    base = ReferenceFolder.path("models/" + name);
    twoPictures = GoldenCase.read(name, "two_images");
    onePicture = GoldenCase.read(name, "portrait_image");
  }

  @AfterAll
  static void close() {
    twoPictures.close();
    onePicture.close();
  }

  private static VisionLanguageModel frozen(String... patterns) {
    return frozen(base, patterns);
  }

  private static VisionLanguageModel frozen(Path folder, String... patterns) {
    return ModelLoader.load(
        folder, Dtype.FLOAT32, ModelTuning.weights(new Freeze(List.of(patterns))));
  }

  private static AdapterConfig config(double dropout, String... whole) {
    return new AdapterConfig(3, 6, dropout, true, Map.of(), List.of(whole));
  }

  private static VisionLanguageModel adapted(AdapterConfig config, AdapterTargets targets) {
    return adapted(base, config, targets);
  }

  private static VisionLanguageModel adapted(
      Path folder, AdapterConfig config, AdapterTargets targets) {
    Function<WeightNames, Tuning> tuning =
        ModelTuning.newAdapter(config, targets, new Freeze(List.of()));
    VisionLanguageModel model = ModelLoader.load(folder, Dtype.FLOAT32, tuning);
    adapter(model).begin(7);
    return model;
  }

  /** With second factors that are not 0 any more, so that the first ones get gradients. */
  private static VisionLanguageModel moved(AdapterConfig config, String... endings) {
    return moved(base, config, new AdapterTargets(List.of(endings), null));
  }

  private static VisionLanguageModel moved(
      Path folder, AdapterConfig config, AdapterTargets targets) {
    VisionLanguageModel model = adapted(folder, config, targets);
    for (Parameter tensor : adapter(model).tensors()) {
      float[] values = new float[(int) tensor.value().numel()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.05 * Math.sin(i + tensor.name().length()));
      }
      try (Scope scope = Scope.open()) {
        tensor.value().copy_(Tensors.ofFloats(values, Tensors.shape(tensor.value())));
      }
    }
    return model;
  }

  private static Adapter adapter(VisionLanguageModel model) {
    return Objects.requireNonNull(model.parameters().adapter());
  }

  private static Pack.Group group(GoldenCase golden, int[]... completions) {
    return new Pack.Group(golden.prompts().get(0), List.of(completions));
  }

  private static Pack together() {
    return new Pack(List.of(group(twoPictures, FIRST), group(onePicture, SECOND)));
  }

  private static float[] pass(VisionLanguageModel model, Pack pack, Keep keep, int from) {
    try (ForwardPass pass = model.forward(pack, 0.9, keep)) {
      float[] found = Tensors.toFloats(pass.logProbabilities());
      if (keep != Keep.NOTHING) {
        float[] outer = new float[found.length];
        for (int i = 0; i < outer.length; i++) {
          outer[i] = (float) Math.sin(1 + from + i);
        }
        try (Scope scope = Scope.open()) {
          pass.backward(Tensors.ofFloats(outer, outer.length));
        }
      }
      return found;
    }
  }

  private static float[] gradients(VisionLanguageModel model, Keep keep) {
    return gradients(model, together(), keep);
  }

  private static float[] gradients(VisionLanguageModel model, Pack pack, Keep keep) {
    model.parameters().zeroGradients();
    pass(model, pack, keep, 0);
    return Tensors.toFloats(model.parameters().flatGradients());
  }

  private static double relative(float[] found, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static void sharesPrompts(VisionLanguageModel model) {
    sharesPrompts(model, together());
  }

  private static void sharesPrompts(VisionLanguageModel model, Pack pack) {
    float[] gradient = gradients(model, pack, Keep.ACTIVATIONS);
    float[] found = pass(model, pack, Keep.NOTHING, 0);
    model.parameters().zeroGradients();
    int from = 0;
    for (Pack.Group group : pack.groups()) {
      for (int[] completion : group.completions()) {
        Pack alone = new Pack(List.of(new Pack.Group(group.prompt(), List.of(completion))));
        float[] single = pass(model, alone, Keep.ACTIVATIONS, from);
        assertThat(Arrays.copyOfRange(found, from, from + single.length))
            .containsExactly(single, within(1e-4f));
        from += single.length;
      }
    }
    float[] separate = Tensors.toFloats(model.parameters().flatGradients());
    assertThat(relative(gradient, separate)).isLessThan(1e-5);
    assertThat(gradients(model, pack, Keep.LAYER_INPUTS)).as("computed again").isEqualTo(gradient);
  }

  @Test
  void sharingPromptsChangesNothingWithAnAdapter() {
    try (VisionLanguageModel model = moved(config(0), "all-linear")) {
      sharesPrompts(model);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vision", "language", "visual.blocks.*", "*.mlp.*"})
  void sharingPromptsChangesNothingWithFrozenParts(String pattern) {
    try (VisionLanguageModel model = frozen(pattern)) {
      sharesPrompts(model);
    }
  }

  static Stream<String> models() {
    return ReferenceFolder.models().stream();
  }

  /**
   * With an adapter's pairs, and with a frozen tower, in each family; two pictures where it can.
   */
  @ParameterizedTest
  @MethodSource("models")
  void everyFamilySharesPromptsWhateverTrains(String name) {
    Path folder = ReferenceFolder.path("models/" + name);
    String two = ReferenceFolder.cases(name).contains("two_images") ? "two_images" : "one_image";
    try (GoldenCase golden = GoldenCase.read(name, two)) {
      Pack pack = new Pack(List.of(group(golden, FIRST)));
      try (VisionLanguageModel model =
          moved(folder, config(0), new AdapterTargets(List.of(), null))) {
        assertThat(adapter(model).pairs())
            .anyMatch(pair -> pair.weight().name().equals(ModelLoader.names(folder).head()));
        sharesPrompts(model, pack);
      }
      try (VisionLanguageModel model = frozen(folder, "vision")) {
        sharesPrompts(model, pack);
      }
    }
  }

  @Test
  void pairsInTheVisionTowerLearnToo() {
    try (VisionLanguageModel model = moved(config(0), "attn.qkv", "q_proj")) {
      sharesPrompts(model);
      gradients(model, Keep.ACTIVATIONS);
      for (String module : List.of("model.visual.blocks.0.attn.qkv")) {
        float[] found =
            Tensors.toFloats(
                ((DecoderModel) model)
                    .parameters()
                    .gradient("base_model.model." + module + ".lora_A.weight"));
        assertThat(relative(found, new float[found.length])).as(module).isInfinite();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"vision,visual.", "language,model.", "*.q_proj.weight,nothing"})
  void whatTrainsGetsTheGradientsOfAModelThatTrainsWhole(String pattern, String gone) {
    try (VisionLanguageModel whole = ModelLoader.load(base, Dtype.FLOAT32, true);
        VisionLanguageModel part = frozen(pattern)) {
      gradients(whole, Keep.ACTIVATIONS);
      gradients(part, Keep.ACTIVATIONS);
      List<Parameter> trained =
          part.parameters().all().stream().filter(Parameter::trainable).toList();
      assertThat(trained).isNotEmpty().noneMatch(each -> each.name().startsWith(gone));
      assertThat(relative(gradients(part, trained), gradients(whole, trained))).isLessThan(1e-5);
      long elements = trained.stream().mapToLong(each -> each.value().numel()).sum();
      assertThat(part.parameters().flatGradients().numel() - still(part.parameters()))
          .isEqualTo(elements);
    }
  }

  /** The gradients of some weights, one after the other. */
  private static float[] gradients(VisionLanguageModel model, List<Parameter> of) {
    try (Scope scope = Scope.open()) {
      return Tensors.toFloats(
          Tensors.cat(
              0,
              of.stream()
                  .map(each -> ((DecoderModel) model).parameters().gradient(each.name()))
                  .map(each -> each.flatten())
                  .toList()));
    }
  }

  private static long still(Parameters parameters) {
    return parameters.still().stream().mapToLong(range -> range.to() - range.from()).sum();
  }

  private static Map<String, float[]> weights(VisionLanguageModel model) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    model
        .parameters()
        .all()
        .forEach(each -> weights.put(each.name(), Tensors.toFloats(each.value())));
    return weights;
  }

  private static void step(VisionLanguageModel model) {
    gradients(model, Keep.ACTIVATIONS);
    try (AdamW optimizer =
        new AdamW(model.parameters(), new AdamW.Settings(0.9, 0.99, 1e-8, 0.1, 1))) {
      optimizer.step(1e-2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vision", "*.q_proj.*", "model.layers.0.*"})
  void whatIsFrozenStaysBitForBitDespiteWeightDecay(String pattern) {
    try (VisionLanguageModel model = frozen(pattern)) {
      Map<String, float[]> before = weights(model);
      step(model);
      for (Parameter each : model.parameters().all()) {
        boolean same =
            Arrays.equals(
                Tensors.toFloats(each.value()), Objects.requireNonNull(before.get(each.name())));
        assertThat(same).as(each.name()).isEqualTo(!each.trainable());
      }
    }
  }

  @Test
  void aNewAdapterChangesNothingAndAStepOfItOnlyItself() {
    try (VisionLanguageModel model = adapted(config(0), new AdapterTargets(List.of(), null));
        VisionLanguageModel plain = ModelLoader.load(base, Dtype.FLOAT32, false)) {
      float[] expected = pass(plain, together(), Keep.NOTHING, 0);
      assertThat(pass(model, together(), Keep.NOTHING, 0)).isEqualTo(expected);
      Map<String, float[]> before = weights(model);
      step(model);
      weights(model).forEach((name, now) -> assertThat(now).as(name).isEqualTo(before.get(name)));
      assertThat(pass(model, together(), Keep.NOTHING, 0)).isNotEqualTo(expected);
      assertThat(pass(new WithoutAdapter(model), together(), Keep.NOTHING, 0)).isEqualTo(expected);
    }
  }

  @Test
  void modulesThatTrainWholeAreSwitchedOffAndSavedWithTheAdapter() throws IOException {
    try (VisionLanguageModel model =
            adapted(
                config(0, "mlp.down_proj", "norm"), new AdapterTargets(List.of("q_proj"), null));
        VisionLanguageModel plain = ModelLoader.load(base, Dtype.FLOAT32, false)) {
      step(model);
      float[] learned = pass(model, together(), Keep.NOTHING, 0);
      float[] expected = pass(plain, together(), Keep.NOTHING, 0);
      assertThat(learned).isNotEqualTo(expected);
      assertThat(pass(new WithoutAdapter(model), together(), Keep.NOTHING, 0)).isEqualTo(expected);
      assertThat(pass(model, together(), Keep.NOTHING, 0)).as("on again").isEqualTo(learned);
      AdaptedModel.save(model, config(0, "mlp.down_proj", "norm"), base, "base", folder);
      try (AdapterFolder saved = AdapterFolder.open(folder)) {
        assertThat(saved.whole()).contains("model.language_model.norm.weight");
      }
      try (VisionLanguageModel again = AdaptedModel.load(base, folder, Dtype.FLOAT32)) {
        assertThat(pass(again, together(), Keep.NOTHING, 0)).isEqualTo(learned);
        assertThat(pass(new WithoutAdapter(again), together(), Keep.NOTHING, 0))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void dropoutFollowsFromThePlaceAlone() {
    try (VisionLanguageModel model = moved(config(0.5), "all-linear")) {
      List<float[]> found = new ArrayList<>();
      for (long place : new long[] {1, 2, 1}) {
        for (Keep keep : List.of(Keep.ACTIVATIONS, Keep.LAYER_INPUTS)) {
          try (Parameters.Dropping dropping = model.parameters().dropping(5, place)) {
            found.add(gradients(model, keep));
          }
        }
      }
      assertThat(found.get(1)).as("computed again").isEqualTo(found.get(0));
      assertThat(found.get(4)).as("the same place").isEqualTo(found.get(0));
      assertThat(found.get(2)).as("another place").isNotEqualTo(found.get(0));
      assertThat(gradients(model, Keep.ACTIVATIONS)).isNotEqualTo(found.get(0));
    }
  }

  /** d loss / d A by the difference of two losses: the mask is the same in forward and backward. */
  @Test
  void dropoutIsDifferentiated() {
    try (VisionLanguageModel model = moved(config(0.5), "all-linear")) {
      String name = "base_model.model.model.language_model.layers.1.mlp.gate_proj.lora_A.weight";
      Parameter factor =
          adapter(model).tensors().stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow();
      double step = 2e-3;
      try (Parameters.Dropping dropping = model.parameters().dropping(9)) {
        gradients(model, Keep.ACTIVATIONS);
        float[] slopes = Tensors.toFloats(((DecoderModel) model).parameters().gradient(name));
        double expected = 0;
        float[] direction = new float[slopes.length];
        for (int i = 0; i < slopes.length; i++) {
          direction[i] = Math.signum(slopes[i]);
          expected += Math.abs(slopes[i]);
        }
        double up = loss(model, factor, direction, step);
        double down = loss(model, factor, direction, -2 * step);
        assertThat((up - down) / (2 * step) / expected).isCloseTo(1, within(0.05));
      }
    }
  }

  private static double loss(
      VisionLanguageModel model, Parameter factor, float[] direction, double step) {
    try (Scope scope = Scope.open()) {
      factor
          .value()
          .add_(
              Tensors.ofFloats(direction, Tensors.shape(factor.value())).mul(Tensors.scalar(step)));
    }
    float[] found = pass(model, together(), Keep.NOTHING, 0);
    double loss = 0;
    for (int i = 0; i < found.length; i++) {
      loss += Math.sin(1 + i) * found[i];
    }
    return loss;
  }

  @Test
  void aFrozenTowerSeesAPictureOnce() {
    try (VisionLanguageModel model = frozen("vision")) {
      pass(model, together(), Keep.NOTHING, 0);
      float[] before = pass(model, together(), Keep.NOTHING, 0);
      // what the tower would make of pictures now is not asked for: it saw these already
      model.parameters().all().stream()
          .filter(each -> each.name().startsWith("visual.blocks."))
          .forEach(each -> each.value().zero_());
      assertThat(pass(model, together(), Keep.NOTHING, 0)).isEqualTo(before);
      try (GoldenCase fresh =
          GoldenCase.read(ReferenceFolder.models("qwen2_5_vl").get(0), "portrait_image")) {
        Pack unseen = new Pack(List.of(group(fresh, SECOND)));
        Pack seen = new Pack(List.of(group(onePicture, SECOND)));
        assertThat(pass(model, unseen, Keep.NOTHING, 0))
            .isNotEqualTo(pass(model, seen, Keep.NOTHING, 0));
      }
    }
  }

  @Test
  void allLinearIsEveryLinearLayerOutsideOfTheTowerTheHeadToo() {
    try (VisionLanguageModel model =
        adapted(config(0), new AdapterTargets(List.of("all-linear"), null))) {
      List<String> names =
          adapter(model).pairs().stream().map(pair -> pair.name()).sorted().toList();
      long layers =
          model.parameters().all().stream()
              .filter(each -> each.name().endsWith("self_attn.q_proj.weight"))
              .count();
      assertThat(names)
          .hasSize((int) (7 * layers + 1))
          .contains("base_model.model.lm_head")
          .noneMatch(name -> name.contains("visual") || name.contains("embed"));
      TrainableSummary summary = TrainableSummary.of(model.parameters());
      assertThat(summary.trainable()).isEqualTo(model.parameters().flatWeights().numel());
      assertThat(summary.lines().get(0)).matches("trainable parameters: .* of .* \\(.* %\\)");
      assertThat(summary.modules().keySet()).contains("visual", "model", "adapter");
    }
  }

  @Test
  void aPatternTakesWholeNames() {
    String pattern = "model\\.language_model\\.layers\\.0\\.self_attn\\.(q|v)_proj";
    try (VisionLanguageModel model = adapted(config(0), new AdapterTargets(List.of(), pattern))) {
      assertThat(adapter(model).pairs())
          .extracting(Tuning.Pair::name)
          .containsExactlyInAnyOrder(
              "base_model.model.model.language_model.layers.0.self_attn.q_proj",
              "base_model.model.model.language_model.layers.0.self_attn.v_proj");
      sharesPrompts(model);
    }
  }

  @Test
  void namesWhatNoLayerIsCalled() {
    assertThatThrownBy(() -> adapted(config(0), new AdapterTargets(List.of("q_porj"), null)))
        .hasMessageContaining("spec.adapter.targetModules: \"q_porj\" names no linear layer")
        .hasMessageContaining("known endings: ")
        .hasMessageContaining("q_proj");
    assertThatThrownBy(() -> adapted(config(0), new AdapterTargets(List.of(), "q_proj")))
        .hasMessageContaining("spec.adapter.targetPattern: \"q_proj\" matches no linear layer");
    assertThatThrownBy(
            () -> adapted(config(0, "heads"), new AdapterTargets(List.of("q_proj"), null)))
        .hasMessageContaining("spec.adapter.modulesToSave: \"heads\" is no module");
    assertThatThrownBy(() -> frozen("vison"))
        .hasMessageContaining("spec.model.freeze: \"vison\" takes no weight of the model");
    assertThatThrownBy(() -> frozen("vision", "language"))
        .hasMessageContaining("nothing is left that trains");
  }

  /**
   * bfloat16 rounds each product to 8 bits; sums of gradients in float32 add no rounding to that.
   */
  @Test
  void mixedPrecisionSumsGradientsInFloat32() {
    Function<WeightNames, Tuning> mixed = names -> Tuning.ALL.withGradients(Dtype.FLOAT32);
    try (VisionLanguageModel exact = ModelLoader.load(base, Dtype.FLOAT32, true);
        VisionLanguageModel plain = ModelLoader.load(base, Dtype.BFLOAT16, true);
        VisionLanguageModel wide = ModelLoader.load(base, Dtype.BFLOAT16, mixed)) {
      assertThat(Dtype.of(wide.parameters().flatWeights())).isEqualTo(Dtype.BFLOAT16);
      assertThat(Dtype.of(wide.parameters().flatGradients())).isEqualTo(Dtype.FLOAT32);
      float[] expected = gradients(exact, Keep.LAYER_INPUTS);
      float[] once = gradients(wide, Keep.LAYER_INPUTS);
      assertThat(relative(once, expected)).isLessThan(0.08);
      int passes = 64;
      assertThat(drift(wide, passes)).isLessThan(1e-5);
      assertThat(drift(plain, passes)).as("what float32 sums are for").isGreaterThan(1e-3);
    }
  }

  /** How far the sum of many equal gradients is from as many times one. */
  private static double drift(VisionLanguageModel model, int passes) {
    float[] once = gradients(model, Keep.ACTIVATIONS);
    for (int i = 1; i < passes; i++) {
      pass(model, together(), Keep.ACTIVATIONS, 0);
    }
    float[] sum = Tensors.toFloats(model.parameters().flatGradients());
    for (int i = 0; i < once.length; i++) {
      once[i] *= passes;
    }
    return relative(sum, once);
  }
}

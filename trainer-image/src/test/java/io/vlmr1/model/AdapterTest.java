package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Identities of models with an adapter. */
class AdapterTest extends TunedModels {
  @TempDir Path folder;

  @Test
  void sharingPromptsChangesNothingWithAnAdapter() {
    try (VisionLanguageModel model = moved(config(0), "all-linear")) {
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
      float[] expected = pass(new WithoutAdapter(model), together(), Keep.NOTHING, 0);
      assertThat(expected).containsExactly(pass(plain, together(), Keep.NOTHING, 0), within(1e-4f));
      step(model);
      float[] learned = pass(model, together(), Keep.NOTHING, 0);
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
}

package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.Parameters;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities of models with frozen parts, and of gradients in another precision. */
class FrozenPartsTest extends TunedModels {
  @ParameterizedTest
  @ValueSource(strings = {"vision", "language", "visual.blocks.*", "*.mlp.*"})
  void sharingPromptsChangesNothingWithFrozenParts(String pattern) {
    try (VisionLanguageModel model = frozen(pattern)) {
      sharesPrompts(model);
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
    return parameters.storage().layout().still().stream()
        .mapToLong(range -> range.to() - range.from())
        .sum();
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

package io.vlmr1.model.decoder;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.GoldenCase;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.nn.BlockStack.Memory;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How far back a pass goes follows from what trains. */
class VisionPassTest {
  static Stream<String> models() {
    return ReferenceFolder.models().stream().filter(model -> !pictures(model).isEmpty());
  }

  private static List<String> pictures(String model) {
    return Stream.of("two_images", "batch_padded")
        .filter(ReferenceFolder.conversations(model)::contains)
        .toList();
  }

  private static Map<String, float[]> gradients(
      DecoderModel model, GoldenCase golden, VisionPass.Training training) {
    model.parameters().zeroGradients();
    try (VisionPass pass =
            new VisionPass(model.vision(), golden.images(), Memory.INPUTS, training);
        Scope scope = Scope.open()) {
      Tensor features = pass.forward();
      pass.backward(features.sin());
    }
    Map<String, float[]> found = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters().all()) {
      found.put(parameter.name(), Tensors.toFloats(model.parameters().gradient(parameter.name())));
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("models")
  void goesBackNoFurtherThanWeightsTrain(String name) {
    try (DecoderModel model =
            (DecoderModel)
                ModelLoader.load(ReferenceFolder.path("models/" + name), Dtype.FLOAT32, true);
        GoldenCase golden = GoldenCase.read(name, pictures(name).get(0))) {
      Map<String, float[]> all = gradients(model, golden, new VisionPass.Training(true, true));
      Map<String, float[]> upper = gradients(model, golden, new VisionPass.Training(false, true));
      int projector = 0;
      int tower = 0;
      for (Map.Entry<String, float[]> entry : all.entrySet()) {
        if (model.vision().inProjector(entry.getKey())) {
          projector++;
          // scoring norms are other kernels: equal but for float32's noise
          assertThat(distance(requireNonNull(upper.get(entry.getKey())), entry.getValue()))
              .as(entry.getKey())
              .isLessThan(1e-4);
        } else if (model.vision().inTower(entry.getKey())) {
          tower++;
          assertThat(upper.get(entry.getKey())).as(entry.getKey()).containsOnly(0);
          assertThat(sum(entry.getValue())).as(entry.getKey()).isPositive();
        }
      }
      assertThat(projector).isPositive();
      assertThat(tower).isPositive();
      VisionPass.Training nothing = new VisionPass.Training(false, false);
      assertThatThrownBy(() -> gradients(model, golden, nothing)).hasMessageContaining("keep");
    }
  }

  /** The largest difference, relative to the largest entry. */
  private static double distance(float[] found, float[] expected) {
    double difference = 0;
    double largest = 1e-6;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(found[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return difference / largest;
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    return sum;
  }
}

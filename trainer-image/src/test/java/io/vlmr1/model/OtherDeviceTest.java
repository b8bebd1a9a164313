package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.tensor.Devices;
import io.vlmr1.tensor.Dtype;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights and gradients lie where the process computes, whatever type the file has. */
class OtherDeviceTest {
  static Stream<String> models() {
    return ReferenceFolder.models().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void weightsAreReadToTheDevice(String name) {
    for (Dtype dtype : new Dtype[] {Dtype.FLOAT32, Dtype.BFLOAT16}) {
      Devices.withoutMemory(
          () -> {
            try (VisionLanguageModel model =
                ModelLoader.load(ReferenceFolder.path("models/" + name), dtype, true)) {
              assertThat(model.parameters().flatWeights().is_meta()).isTrue();
              assertThat(model.parameters().flatGradients().is_meta()).isTrue();
            }
          });
    }
  }
}

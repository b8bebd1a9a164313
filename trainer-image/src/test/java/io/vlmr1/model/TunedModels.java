package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.nn.Tuning;
import io.vlmr1.optim.AdamW;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Models of which a part trains, packs to try them on, and what passes over those give. */
abstract class TunedModels {
  static final int[][] FIRST = {{5, 6, 7, 8, 9}, {10}, {}, {11, 12, 13}};
  static final int[][] SECOND = {{20, 21}, {22, 23, 24, 25, 26, 27, 28}};
  static Path base;
  static GoldenCase twoPictures;
  static GoldenCase onePicture;

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

  static VisionLanguageModel frozen(String... patterns) {
    return frozen(base, patterns);
  }

  static VisionLanguageModel frozen(Path folder, String... patterns) {
    return ModelLoader.load(
        folder, Dtype.FLOAT32, ModelTuning.weights(new Freeze(List.of(patterns))));
  }

  static AdapterConfig config(double dropout, String... whole) {
    return new AdapterConfig(3, 6, dropout, true, Map.of(), List.of(whole));
  }

  static VisionLanguageModel adapted(AdapterConfig config, AdapterTargets targets) {
    return adapted(base, config, targets);
  }

  static VisionLanguageModel adapted(Path folder, AdapterConfig config, AdapterTargets targets) {
    Function<WeightNames, Tuning> tuning =
        ModelTuning.newAdapter(config, targets, new Freeze(List.of()));
    VisionLanguageModel model = ModelLoader.load(folder, Dtype.FLOAT32, tuning);
    adapter(model).begin(7);
    return model;
  }

  /** With second factors that are not 0 any more, so that the first ones get gradients. */
  static VisionLanguageModel moved(AdapterConfig config, String... endings) {
    return moved(base, config, new AdapterTargets(List.of(endings), null));
  }

  static VisionLanguageModel moved(Path folder, AdapterConfig config, AdapterTargets targets) {
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

  static Adapter adapter(VisionLanguageModel model) {
    return Objects.requireNonNull(model.parameters().adapter());
  }

  static Pack.Group group(GoldenCase golden, int[]... completions) {
    return new Pack.Group(golden.prompts().get(0), List.of(completions));
  }

  static Pack together() {
    return new Pack(List.of(group(twoPictures, FIRST), group(onePicture, SECOND)));
  }

  static float[] pass(VisionLanguageModel model, Pack pack, Keep keep, int from) {
    try (ForwardPass pass = model.forward(pack, 0.9, keep)) {
      float[] found = Tensors.toFloats(pass.logProbabilities());
      if (keep.backward()) {
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

  static float[] gradients(VisionLanguageModel model, Keep keep) {
    return gradients(model, together(), keep);
  }

  static float[] gradients(VisionLanguageModel model, Pack pack, Keep keep) {
    model.parameters().zeroGradients();
    pass(model, pack, keep, 0);
    return Tensors.toFloats(model.parameters().flatGradients());
  }

  static double relative(float[] found, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  static void sharesPrompts(VisionLanguageModel model) {
    sharesPrompts(model, together());
  }

  static void sharesPrompts(VisionLanguageModel model, Pack pack) {
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

  static Map<String, float[]> weights(VisionLanguageModel model) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    model
        .parameters()
        .all()
        .forEach(each -> weights.put(each.name(), Tensors.toFloats(each.value())));
    return weights;
  }

  static void step(VisionLanguageModel model) {
    gradients(model, Keep.ACTIVATIONS);
    try (AdamW optimizer =
        new AdamW(model.parameters(), new AdamW.Settings(0.9, 0.99, 1e-8, 0.1, 1))) {
      optimizer.step(1e-2);
    }
  }
}

package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of every family by identity, with and without golden ones: over several pictures of
 * different sizes, text alone and shared prompts.
 */
class FamilyGradientTest {
  /** A step along the gradient that changes the objective by this much, if weights allow it. */
  private static final double CHANGE = 0.02;

  /** Longest step, relative to the weights: beyond it the objective is no line. */
  private static final double LONGEST = 0.02;

  /** What float32 leaves of a sum of log-probabilities. */
  private static final double NOISE = 1e-4;

  static Stream<String> models() {
    return ReferenceFolder.models().stream().filter(model -> !twoPictures(model).isEmpty());
  }

  /** Cases with a prompt of two pictures. */
  private static List<String> twoPictures(String model) {
    return Stream.of("two_images", "batch_padded")
        .filter(ReferenceFolder.conversations(model)::contains)
        .limit(1)
        .toList();
  }

  private static DecoderModel load(String model) {
    return (DecoderModel)
        ModelLoader.load(ReferenceFolder.path("models/" + model), Dtype.FLOAT32, true);
  }

  private static Pack.Group group(GoldenCase golden, int row, int[]... completions) {
    return new Pack.Group(golden.prompts().get(row), List.of(completions));
  }

  private static Pack pack(GoldenCase golden) {
    List<Pack.Group> groups = new ArrayList<>();
    groups.add(group(golden, 0, new int[] {5, 6, 7, 8, 9}, new int[] {10}, new int[] {11, 12}));
    if (golden.rows().size() > 1) {
      groups.add(group(golden, 1, new int[] {20, 21}, new int[] {22, 23, 24, 25}));
    }
    return new Pack(groups);
  }

  private static float[] outer(int from, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) Math.sin(1 + from + i);
    }
    return values;
  }

  private static double objective(DecoderModel model, Pack pack, Keep keep, int from) {
    try (ForwardPass pass = model.forward(pack, 1, keep);
        Scope scope = Scope.open()) {
      float[] found = Tensors.toFloats(pass.logProbabilities());
      float[] weights = outer(from, found.length);
      if (keep.backward()) {
        pass.backward(Tensors.ofFloats(weights, found.length));
      }
      double sum = 0;
      for (int i = 0; i < found.length; i++) {
        sum += (double) weights[i] * found[i];
      }
      return sum;
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void sharedPromptsGiveTheGradientsOfSeparateSequences(String name) {
    try (DecoderModel model = load(name);
        GoldenCase golden = GoldenCase.read(name, twoPictures(name).get(0))) {
      Pack together = pack(golden);
      objective(model, together, Keep.ACTIVATIONS, 0);
      float[] shared = Tensors.toFloats(model.parameters().flatGradients());
      model.parameters().zeroGradients();
      objective(model, together, Keep.LAYER_INPUTS, 0);
      assertThat(Tensors.toFloats(model.parameters().flatGradients())).isEqualTo(shared);
      model.parameters().zeroGradients();
      int from = 0;
      for (Pack.Group group : together.groups()) {
        for (int[] completion : group.completions()) {
          Pack single = new Pack(List.of(new Pack.Group(group.prompt(), List.of(completion))));
          objective(model, single, Keep.ACTIVATIONS, from);
          from += completion.length;
        }
      }
      assertThat(relative(shared, Tensors.toFloats(model.parameters().flatGradients())))
          .isLessThan(1e-5);
    }
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

  /** Along each tensor's gradient the objective rises as fast as the gradient is long. */
  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreTheSlopesOfTheObjective(String name) {
    try (DecoderModel model = load(name);
        GoldenCase golden = GoldenCase.read(name, twoPictures(name).get(0))) {
      Pack pack = new Pack(List.of(group(golden, 0, new int[] {5, 6, 7, 8}, new int[] {9})));
      objective(model, pack, Keep.LAYER_INPUTS, 0);
      for (Parameter parameter : model.parameters().all()) {
        float[] gradient = Tensors.toFloats(model.parameters().gradient(parameter.name()));
        float[] weights = Tensors.toFloats(parameter.value());
        double length = length(gradient);
        double step = Math.min(CHANGE / length, LONGEST * (length(weights) + 1e-3));
        double up = moved(model, pack, parameter.value(), gradient, step / length);
        double down = moved(model, pack, parameter.value(), gradient, -step / length);
        assertThat((up - down) / (2 * step))
            .as(parameter.name())
            .isCloseTo(length, within(0.03 * length + NOISE / step));
      }
    }
  }

  private static double length(float[] values) {
    double sum = 1e-30;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  /** The objective with a tensor moved along a direction; the tensor is set back. */
  private static double moved(
      DecoderModel model, Pack pack, Tensor tensor, float[] direction, double factor) {
    try (Scope scope = Scope.open()) {
      Tensor before = tensor.clone();
      Tensor along = Tensors.ofFloats(direction, Tensors.shape(tensor));
      tensor.add_(along, new Scalar(factor));
      double value = objective(model, pack, Keep.NOTHING, 0);
      tensor.copy_(before);
      return value;
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theOrderOfPicturesMatters(String name) {
    try (DecoderModel model = load(name);
        GoldenCase golden = GoldenCase.read(name, twoPictures(name).get(0))) {
      PreparedPrompt prompt = golden.prompts().get(0);
      PreparedImage first = prompt.images().get(0);
      assertThat(prompt.images()).hasSize(2);
      // the same picture twice, then one of them mirrored in its patches: places tell them apart
      List<float[]> seen = new ArrayList<>();
      int[] ids = twice(prompt.ids(), model, first);
      try (Scope scope = Scope.open();
          PreparedImage other = reversed(first)) {
        for (List<PreparedImage> images : List.of(List.of(first, other), List.of(other, first))) {
          try (DecodeSession session =
              model.decode(List.of(new PreparedPrompt(ids, images)), 1, 1)) {
            seen.add(Tensors.toFloats(session.logits()));
          }
        }
      }
      double largest = 0;
      for (int i = 0; i < seen.get(0).length; i++) {
        largest = Math.max(largest, Math.abs(seen.get(0)[i] - seen.get(1)[i]));
      }
      assertThat(largest).isGreaterThan(1e-3);
    }
  }

  private static PreparedImage reversed(PreparedImage image) {
    return new PreparedImage(
        image.patches().flip(0, -1).contiguous(),
        image.gridTime(),
        image.gridHeight(),
        image.gridWidth(),
        image.width(),
        image.height());
  }

  /** The prompt with the tokens of its second picture replaced by as many as the first has. */
  private static int[] twice(int[] ids, DecoderModel model, PreparedImage first) {
    int token = model.vision().imageToken();
    int count = model.vision().tokens(first);
    int start = 0;
    while (ids[start] != token) {
      start++;
    }
    int second = start + count;
    while (ids[second] != token) {
      second++;
    }
    int end = second;
    while (ids[end] == token) {
      end++;
    }
    int[] images = new int[count];
    Arrays.fill(images, token);
    int[] result = new int[second + count + ids.length - end];
    System.arraycopy(ids, 0, result, 0, second);
    System.arraycopy(images, 0, result, second, count);
    System.arraycopy(ids, end, result, second + count, ids.length - end);
    return result;
  }
}

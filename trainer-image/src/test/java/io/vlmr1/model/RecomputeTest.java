package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.BlockBytes;
import io.vlmr1.nn.Tuning;
import io.vlmr1.plan.ModelSizes;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes keep for backward, counted in bytes of the tensors that they hold. */
class RecomputeTest {
  private static DecoderModel model;
  private static GoldenCase golden;
  private static Path folder;

  @BeforeAll
  static void load() {
    String name = ReferenceFolder.models("qwen2_5_vl").get(0);
    folder = ReferenceFolder.path("models/" + name);
    model = (DecoderModel) ModelLoader.load(folder, Dtype.FLOAT32, true);
    golden = GoldenCase.read(name, "portrait_image");
  }

  @AfterAll
  static void close() {
    model.close();
    golden.close();
  }

  private static Pack pack(int completions, int length) {
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < completions; row++) {
      int first = 20 + row;
      rows.add(IntStream.range(first, first + length).map(i -> 10 + i % 80).toArray());
    }
    return new Pack(List.of(new Pack.Group(golden.prompts().get(0), rows)));
  }

  private static long kept(DecoderModel of, Pack pack, Keep keep) {
    try (ForwardPass pass = of.forward(pack, 1, keep)) {
      return pass.keptBytes();
    }
  }

  private static float[] gradients(Pack pack, Keep keep) {
    model.parameters().zeroGradients();
    try (ForwardPass pass = model.forward(pack, 0.9, keep);
        Scope scope = Scope.open()) {
      float[] outer = new float[pack.completionTokens()];
      for (int i = 0; i < outer.length; i++) {
        outer[i] = (float) Math.sin(1.0 + i);
      }
      pass.backward(Tensors.ofFloats(outer, outer.length));
    }
    return Tensors.toFloats(model.parameters().flatGradients());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 0.4, 0.6, 0.8, 1})
  void keepsWhatFitsIntoTheBudgetAndChangesNoBit(double share) {
    Pack pack = pack(3, 12);
    long least = kept(model, pack, Keep.LAYER_INPUTS);
    long most = kept(model, pack, Keep.ACTIVATIONS);
    long budget = least + (long) (share * (most - least));
    long kept = kept(model, pack, Keep.within(budget));
    assertThat(kept).isBetween(least, budget);
    assertThat(gradients(pack, Keep.within(budget))).isEqualTo(gradients(pack, Keep.LAYER_INPUTS));
  }

  @Test
  void keepsMoreTheMoreItMay() {
    Pack pack = pack(3, 12);
    long least = kept(model, pack, Keep.LAYER_INPUTS);
    long most = kept(model, pack, Keep.ACTIVATIONS);
    long[] kept =
        IntStream.rangeClosed(0, 20)
            .mapToLong(i -> kept(model, pack, Keep.within(least + i * (most - least) / 20)))
            .toArray();
    assertThat(kept).isSorted();
    assertThat(Arrays.stream(kept).distinct().count()).isGreaterThan(3);
    assertThat(kept[0]).isEqualTo(least);
    assertThat(kept[20]).isEqualTo(most);
  }

  @Test
  void layersInputsAreKeptEvenWhereTheyTakeMoreThanTheBudget() {
    Pack pack = pack(2, 5);
    assertThat(kept(model, pack, Keep.within(1))).isEqualTo(kept(model, pack, Keep.LAYER_INPUTS));
  }

  /** Twice the tokens of completions: at most twice the bytes, at any length. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void growsAtMostLinearlyWithTheLengthOfCompletions(int length) {
    for (Keep keep : List.of(Keep.LAYER_INPUTS, Keep.ACTIVATIONS)) {
      long once = kept(model, pack(4, length), keep);
      long twice = kept(model, pack(4, 2 * length), keep);
      assertThat(twice).isLessThanOrEqualTo(2 * once).isGreaterThan(once);
    }
  }

  /** The plan's bytes a row are those that a pass holds, to the last one. */
  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "BFLOAT16"})
  void whatIsPlannedARowIsWhatARowAdds(Dtype dtype) {
    ModelSizes sizes =
        ModelSizes.of(
            ModelLoader.blueprint(folder),
            HuggingFaceFolder.config(folder),
            Tuning.ALL,
            dtype,
            dtype);
    try (DecoderModel of = (DecoderModel) ModelLoader.load(folder, dtype, true)) {
      long rows = 4 * 8;
      long inputs = added(of, Keep.LAYER_INPUTS);
      long all = added(of, Keep.ACTIVATIONS);
      BlockBytes layer = sizes.language();
      long head = rows * of.language().head().keptBytes();
      assertThat(inputs).isEqualTo(sizes.layers() * layer.inputs(rows) + head);
      long probabilities = rows * sizes.vocabulary() * 4;
      assertThat(all - inputs).isEqualTo(sizes.layers() * layer.more(rows) + probabilities);
    }
  }

  /** What 8 more tokens in each of four completions add. */
  private static long added(DecoderModel of, Keep keep) {
    return kept(of, pack(4, 16), keep) - kept(of, pack(4, 8), keep);
  }
}

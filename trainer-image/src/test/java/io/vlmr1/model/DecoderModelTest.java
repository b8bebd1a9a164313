package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Identities of the engine, on the reference's tiny model: two groups, three pictures. */
class DecoderModelTest {
  private static final int[][] FIRST = {{5, 6, 7, 8, 9}, {10}, {}, {11, 12, 13}};
  private static final int[][] SECOND = {{20, 21}, {22, 23, 24, 25, 26, 27, 28}};
  private static DecoderModel model;
  private static GoldenCase twoPictures;
  private static GoldenCase onePicture;

  @BeforeAll
  static void load() {
    String name = ReferenceFolder.models("qwen2_5_vl").get(0);
    model = open(name, Dtype.FLOAT32);
    twoPictures = GoldenCase.read(name, "two_images");
    onePicture = GoldenCase.read(name, "portrait_image");
  }

  @AfterAll
  static void close() {
    model.close();
    twoPictures.close();
    onePicture.close();
  }

  private static DecoderModel open(String name, Dtype dtype) {
    return (DecoderModel) ModelLoader.load(ReferenceFolder.path("models/" + name), dtype, true);
  }

  private static Pack.Group group(GoldenCase golden, int[]... completions) {
    return new Pack.Group(golden.prompts().get(0), List.of(completions));
  }

  private static Pack together() {
    return new Pack(List.of(group(twoPictures, FIRST), group(onePicture, SECOND)));
  }

  /** Each completion behind its own copy of its prompt. */
  private static List<Pack> apart() {
    List<Pack> packs = new ArrayList<>();
    for (Pack.Group group : together().groups()) {
      for (int[] completion : group.completions()) {
        packs.add(new Pack(List.of(new Pack.Group(group.prompt(), List.of(completion)))));
      }
    }
    return packs;
  }

  /** Some loss's gradient at each of n tokens from a place on. */
  private static float[] outer(int from, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) Math.sin(1 + from + i);
    }
    return values;
  }

  private static float[] logProbabilities(DecoderModel of, Pack pack, Keep keep, int from) {
    try (ForwardPass pass = of.forward(pack, 0.9, keep)) {
      float[] found = Tensors.toFloats(pass.logProbabilities());
      if (keep.backward()) {
        try (Scope scope = Scope.open()) {
          pass.backward(Tensors.ofFloats(outer(from, found.length), found.length));
        }
      }
      return found;
    }
  }

  private static float[] gradients(DecoderModel of, Pack pack, Keep keep) {
    of.parameters().zeroGradients();
    logProbabilities(of, pack, keep, 0);
    return Tensors.toFloats(of.parameters().flatGradients());
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

  @Test
  void sharingPromptsChangesNeitherLogProbabilitiesNorGradients() {
    float[] gradient = gradients(model, together(), Keep.ACTIVATIONS);
    float[] found = logProbabilities(model, together(), Keep.NOTHING, 0);
    model.parameters().zeroGradients();
    int from = 0;
    for (Pack pack : apart()) {
      float[] single = logProbabilities(model, pack, Keep.ACTIVATIONS, from);
      assertThat(Arrays.copyOfRange(found, from, from + single.length))
          .containsExactly(single, within(1e-4f)); // float32 noise of log p of about -10
      from += single.length;
    }
    assertThat(from).isEqualTo(found.length);
    float[] separate = Tensors.toFloats(model.parameters().flatGradients());
    assertThat(relative(gradient, separate)).isLessThan(1e-5);
  }

  @Test
  void computingAgainInBackwardGivesTheSameBits() {
    assertThat(gradients(model, together(), Keep.LAYER_INPUTS))
        .isEqualTo(gradients(model, together(), Keep.ACTIVATIONS));
  }

  @Test
  void repeatsItselfBitForBit() {
    assertThat(gradients(model, together(), Keep.ACTIVATIONS))
        .isEqualTo(gradients(model, together(), Keep.ACTIVATIONS));
  }

  @Test
  void gradientsAddUpOverPasses() {
    float[] once = gradients(model, together(), Keep.ACTIVATIONS);
    logProbabilities(model, together(), Keep.ACTIVATIONS, 0);
    float[] twice = Tensors.toFloats(model.parameters().flatGradients());
    for (int i = 0; i < once.length; i++) {
      once[i] *= 2;
    }
    assertThat(relative(twice, once)).isLessThan(1e-6);
  }

  @Test
  void keepsNothingForScoringAndSaysSo() {
    try (ForwardPass pass = model.forward(together(), 1, Keep.NOTHING)) {
      int tokens = together().completionTokens();
      assertThatThrownBy(() -> pass.backward(Tensors.ofFloats(new float[tokens], tokens)))
          .hasMessageContaining("keep");
    }
  }

  @Test
  void entropyIsThatOfTheDistributionOfTheNextToken() {
    try (DecodeSession session = model.decode(List.of(onePicture.prompts().get(0)), 1, 1);
        ForwardPass pass =
            model.forward(new Pack(List.of(group(onePicture, new int[] {3}))), 0.7, Keep.NOTHING);
        Scope scope = Scope.open()) {
      float[] p =
          Tensors.toFloats(
              torch.softmax(session.logits().div(Tensors.ofFloats(new float[] {0.7f}, 1)), 1));
      double entropy = 0;
      for (float share : p) {
        entropy -= share * Math.log(share);
      }
      assertThat(Tensors.toFloats(pass.entropies())[0]).isCloseTo((float) entropy, within(1e-4f));
    }
  }

  /** Rows of two prompts end at different steps; what is left is scored as a forward pass does. */
  @Test
  void decodingAgreesWithTheForwardPassWhileRowsLeave() {
    List<PreparedPrompt> prompts =
        List.of(twoPictures.prompts().get(0), onePicture.prompts().get(0));
    int[][] rows = new int[6][];
    int longest = 0;
    for (int r = 0; r < rows.length; r++) {
      int offset = 40 * r;
      rows[r] =
          IntStream.range(0, new int[] {70, 3, 2, 5, 1, 68}[r]).map(i -> 30 + offset + i).toArray();
      longest = Math.max(longest, rows[r].length);
    }
    float[][] decoded = decode(model, prompts, rows, longest);
    Pack pack =
        new Pack(
            List.of(
                new Pack.Group(prompts.get(0), List.of(rows[0], rows[1], rows[2])),
                new Pack.Group(prompts.get(1), List.of(rows[3], rows[4], rows[5]))));
    try (ForwardPass pass = model.forward(pack, 1, Keep.NOTHING)) {
      float[] scored = Tensors.toFloats(pass.logProbabilities());
      int from = 0;
      for (float[] row : decoded) {
        assertThat(Arrays.copyOfRange(scored, from, from + row.length))
            .containsExactly(row, within(2e-4f));
        from += row.length;
      }
    }
  }

  /** The copy of weights for decoding outlives a session; other sessions may be open meanwhile. */
  @Test
  void aModelThatDoesNotTrainDecodesAlikeEachTime() {
    List<PreparedPrompt> one = List.of(onePicture.prompts().get(0));
    int[][] four = {{30, 31, 32}, {40, 41}, {50, 51, 52}, {60}};
    int[][] two = {{30, 31, 32}, {40, 41}};
    String name = ReferenceFolder.models("qwen2_5_vl").get(0);
    Path folder = ReferenceFolder.path("models/" + name);
    try (DecoderModel fixed = (DecoderModel) ModelLoader.load(folder, Dtype.FLOAT32, false)) {
      float[][] first = decode(fixed, one, four, 3);
      assertThat(decode(fixed, one, four, 3)).isDeepEqualTo(first);
      float[][] fewer = decode(fixed, one, two, 3);
      try (DecodeSession other = fixed.decode(one, 4, 3)) {
        other.advance(new int[] {30, 40, 50, 60});
        assertThat(decode(fixed, one, two, 3)).isDeepEqualTo(fewer);
        assertThat(decode(fixed, one, four, 3)).isDeepEqualTo(first);
      }
      assertThat(decode(fixed, one, four, 3)).isDeepEqualTo(first);
      float[][] trained = decode(model, one, four, 3);
      for (int row = 0; row < four.length; row++) {
        assertThat(first[row]).containsExactly(trained[row], within(1e-5f));
      }
    }
  }

  private static float[][] decode(
      DecoderModel model, List<PreparedPrompt> prompts, int[][] rows, int longest) {
    float[][] found = new float[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      found[r] = new float[rows[r].length];
    }
    try (DecodeSession session = model.decode(prompts, rows.length / prompts.size(), longest)) {
      int[] live = IntStream.range(0, rows.length).toArray();
      for (int step = 0; ; step++) {
        int at = step;
        int[] tokens = Arrays.stream(live).map(row -> rows[row][at]).toArray();
        float[] logs;
        try (Scope scope = Scope.open()) {
          logs = Tensors.toFloats(torch.log_softmax(session.logits(), 1));
        }
        int vocabulary = logs.length / live.length;
        for (int r = 0; r < live.length; r++) {
          found[live[r]][step] = logs[r * vocabulary + tokens[r]];
        }
        int[] before = live;
        int[] going =
            IntStream.range(0, live.length).filter(r -> rows[before[r]].length > at + 1).toArray();
        if (going.length == 0) {
          return found;
        }
        session.retain(going);
        live = Arrays.stream(going).map(r -> before[r]).toArray();
        session.advance(Arrays.stream(going).map(r -> tokens[r]).toArray());
      }
    }
  }

  /** bfloat16 has 8 bits: over some 7 layers log p is right to about a tenth, gradients to 5 %. */
  @Test
  void bfloat16StaysNearFloat32() {
    float[] exact = gradients(model, together(), Keep.LAYER_INPUTS);
    float[] expected = logProbabilities(model, together(), Keep.NOTHING, 0);
    String name = ReferenceFolder.models("qwen2_5_vl").get(0);
    try (DecoderModel rounded = open(name, Dtype.BFLOAT16)) {
      assertThat(logProbabilities(rounded, together(), Keep.NOTHING, 0))
          .containsExactly(expected, within(0.25f));
      assertThat(relative(gradients(rounded, together(), Keep.LAYER_INPUTS), exact))
          .isLessThan(0.08);
      assertThat(gradients(rounded, together(), Keep.LAYER_INPUTS))
          .isEqualTo(gradients(rounded, together(), Keep.ACTIVATIONS));
    }
  }

  @Test
  void namesTokensThatAreOutsideTheVocabulary() {
    Pack pack = new Pack(List.of(group(onePicture, new int[] {1_000_000})));
    assertThatThrownBy(() -> model.forward(pack, 1, Keep.NOTHING))
        .hasMessageContaining("token id 1000000 is outside the vocabulary");
  }

  @Test
  void namesImageTokensThatDoNotMatchTheImages() {
    PreparedPrompt whole = twoPictures.prompts().get(0);
    PreparedPrompt prompt = new PreparedPrompt(whole.ids(), whole.images().subList(0, 1));
    assertThatThrownBy(() -> model.decode(List.of(prompt), 1, 1))
        .hasMessageContaining("image tokens for more than its 1 images");
  }
}

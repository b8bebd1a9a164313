package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.model.decoder.Places;
import io.vlmr1.model.decoder.VisionPass;
import io.vlmr1.nn.BlockStack;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of every model of the reference folder, in float32. */
class ModelReferenceTest {
  private static final Map<String, DecoderModel> MODELS = new HashMap<>();

  static Stream<Arguments> cases() {
    return ReferenceFolder.models().stream()
        .flatMap(m -> ReferenceFolder.conversations(m).stream().map(name -> Arguments.of(m, name)));
  }

  static DecoderModel model(String name) {
    return MODELS.computeIfAbsent(
        name,
        folder ->
            (DecoderModel)
                ModelLoader.load(ReferenceFolder.path("models/" + folder), Dtype.FLOAT32, false));
  }

  static double tolerance(String model, String what) {
    return ReferenceFolder.json("index.json").get("tolerances").get(model).get(what).asDouble();
  }

  @AfterAll
  static void close() {
    MODELS.values().forEach(DecoderModel::close);
    MODELS.clear();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void encodesPicturesAsTheReferenceDoes(String model, String name) {
    try (GoldenCase golden = GoldenCase.read(model, name)) {
      if (golden.images().isEmpty()) {
        return;
      }
      compareEmbeddings(model, golden.images(), golden.tensors());
    }
  }

  private static void compareEmbeddings(
      String model, List<PreparedImage> images, ReferenceTensors golden) {
    VisionPass.Training nothing = new VisionPass.Training(false, false);
    try (VisionPass vision =
            new VisionPass(model(model).vision(), images, BlockStack.Memory.NONE, nothing);
        Scope scope = Scope.open()) {
      assertThat(Tensors.toFloats(vision.forward()))
          .containsExactly(
              golden.floats("image_embeds"), within((float) tolerance(model, "image_embeds")));
    }
  }

  static Stream<String> otherTiles() {
    return ReferenceFolder.models().stream()
        .filter(model -> ReferenceFolder.cases(model).contains("other_tile_size"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("otherTiles")
  void resizesPositionsForTilesOfAnotherSize(String model) {
    ReferenceTensors golden =
        ReferenceTensors.read("cases/" + model + "/other_tile_size/tensors.safetensors");
    List<PreparedImage> images = GoldenCase.images(model, golden);
    compareEmbeddings(model, images, golden);
    images.forEach(PreparedImage::close);
  }

  static Stream<String> longTexts() {
    return ReferenceFolder.models().stream()
        .filter(model -> ReferenceFolder.cases(model).contains("long_text"));
  }

  /** The base of the frequencies grows with the very sequence, which is prompt and completion. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("longTexts")
  void turnsLongTextsAsTheReferenceDoes(String model) {
    ReferenceTensors golden =
        ReferenceTensors.read("cases/" + model + "/long_text/tensors.safetensors");
    int[] ids = golden.ints("input_ids");
    int[] positions = golden.ints("logits_positions");
    float[] logits = golden.floats("logits");
    int vocabulary = logits.length / positions.length;
    float tolerance = (float) tolerance(model, "logits");
    int last = positions.length - 1;
    assertThat(positions[last]).isEqualTo(ids.length - 1);
    try (DecodeSession session =
        model(model).decode(List.of(new PreparedPrompt(ids, List.of())), 1, 1)) {
      assertThat(Tensors.toFloats(session.logits()))
          .containsExactly(
              Arrays.copyOfRange(logits, last * vocabulary, logits.length), within(tolerance));
    }
    int prompt = positions[0] + 1;
    PreparedPrompt beginning = new PreparedPrompt(Arrays.copyOf(ids, prompt), List.of());
    int[] rest = Arrays.copyOfRange(ids, prompt, ids.length);
    int[] other = {rest[0]}; // shares the prompt, but not the base
    Pack pack = new Pack(List.of(new Pack.Group(beginning, List.of(other, rest))));
    try (ForwardPass pass = model(model).forward(pack, 1, ForwardPass.Keep.NOTHING);
        Scope scope = Scope.open()) {
      float[] found = Tensors.toFloats(pass.logProbabilities());
      for (int i = 0; i < rest.length; i++) {
        float[] row = Arrays.copyOfRange(logits, i * vocabulary, (i + 1) * vocabulary);
        float[] expected =
            Tensors.toFloats(torch.log_softmax(Tensors.ofFloats(row, vocabulary), 0));
        assertThat(found[1 + i]).isCloseTo(expected[rest[i]], within(2 * tolerance));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void placesTokensAsTheReferenceDoes(String model, String name) {
    try (GoldenCase golden = GoldenCase.read(model, name)) {
      int[] expected = golden.tensors().ints("position_ids"); // [3, B, L] or [B, L]
      boolean grid = golden.tensors().names().contains("rope_deltas");
      int length = golden.length();
      for (int b = 0; b < golden.rows().size(); b++) {
        GoldenCase.Row row = golden.rows().get(b);
        int prompt = row.prompt().ids().length;
        int completion = row.completion().length;
        Places places = model(model).vision().place(row.prompt());
        assertThat(places.axes()).hasSize(grid ? 3 : 1);
        for (int axis = 0; axis < places.axes().size(); axis++) {
          int from = (axis * golden.rows().size() + b) * length + row.start();
          int first = grid ? 0 : expected[from]; // one axis counts padding, which turns nothing
          int[] found =
              IntStream.concat(
                      IntStream.of(places.axes().get(axis)),
                      IntStream.range(places.next(), places.next() + completion))
                  .map(place -> place + first)
                  .toArray();
          assertThat(found)
              .isEqualTo(Arrays.copyOfRange(expected, from, from + prompt + completion));
        }
        if (grid) {
          int padding = length - row.start() - prompt - completion;
          int delta = golden.tensors().ints("rope_deltas")[b];
          assertThat(places.next() + completion - length).isBetween(delta - padding, delta);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoresCompletionsAsTheReferenceDoes(String model, String name) {
    try (GoldenCase golden = GoldenCase.read(model, name)) {
      Map<String, Double> temperatures =
          Map.of("completion_log_probs_t1", 1.0, "completion_log_probs_t09", 0.9);
      temperatures.forEach(
          (tensor, temperature) -> {
            try (ForwardPass pass =
                model(model).forward(golden.pack(), temperature, ForwardPass.Keep.NOTHING)) {
              assertThat(Tensors.toFloats(pass.logProbabilities()))
                  .containsExactly(
                      golden.whereMasked(tensor), within((float) tolerance(model, "log_probs")));
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void predictsAsTheReferenceDoes(String model, String name) {
    try (GoldenCase golden = GoldenCase.read(model, name)) {
      for (int b = 0; b < golden.rows().size(); b++) {
        GoldenCase.Row row = golden.rows().get(b);
        List<PreparedPrompt> beginnings = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        int prompt = row.prompt().ids().length;
        for (int place = 0; place < prompt - 1; place++) {
          if (!cutsPicture(row.prompt().ids(), place, model(model).vision().imageToken())) {
            beginnings.add(beginning(row.prompt(), place + 1, model(model)));
            places.add(row.start() + place);
          }
        }
        if (Arrays.stream(golden.tensors().ints("logits_positions")).anyMatch(places::contains)) {
          try (DecodeSession session = model(model).decode(beginnings, 1, 1)) {
            compareLogits(model, golden, b, session, places);
          }
        }
        try (DecodeSession session =
            model(model).decode(List.of(row.prompt()), 1, row.completion().length)) {
          compareLogits(model, golden, b, session, List.of(row.start() + prompt - 1));
          for (int j = 0; j < row.completion().length; j++) {
            session.advance(new int[] {row.completion()[j]});
            compareLogits(model, golden, b, session, List.of(row.start() + prompt + j));
          }
        }
      }
    }
  }

  private static boolean cutsPicture(int[] ids, int place, int image) {
    return ids[place] == image && ids[place + 1] == image;
  }

  private static PreparedPrompt beginning(PreparedPrompt prompt, int length, DecoderModel model) {
    int[] ids = Arrays.copyOf(prompt.ids(), length);
    long tokens = Arrays.stream(ids).filter(id -> id == model.vision().imageToken()).count();
    List<PreparedImage> images = new ArrayList<>();
    for (int i = 0; tokens > 0; i++) {
      images.add(prompt.images().get(i));
      tokens -= model.vision().tokens(prompt.images().get(i));
    }
    return new PreparedPrompt(ids, images);
  }

  private static void compareLogits(
      String model, GoldenCase golden, int row, DecodeSession session, List<Integer> places) {
    int[] positions = golden.tensors().ints("logits_positions");
    float[] expected = golden.tensors().floats("logits"); // [B, n, V]
    int vocabulary = model(model).facts().vocabularySize();
    float[] found = Tensors.toFloats(session.logits());
    for (int n = 0; n < positions.length; n++) {
      int live = places.indexOf(positions[n]);
      if (live >= 0) {
        int from = (row * positions.length + n) * vocabulary;
        assertThat(Arrays.copyOfRange(found, live * vocabulary, (live + 1) * vocabulary))
            .as("position %d", positions[n])
            .containsExactly(
                Arrays.copyOfRange(expected, from, from + vocabulary),
                within((float) tolerance(model, "logits")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decodesGreedilyAsTheReferenceDoes(String model, String name) {
    try (GoldenCase golden = GoldenCase.read(model, name)) {
      List<int[]> expected =
          golden.rows().stream().map(row -> GoldenCase.ints(row.json().get("greedy_ids"))).toList();
      int longest = expected.stream().mapToInt(ids -> ids.length).max().orElseThrow();
      try (DecodeSession session = model(model).decode(golden.prompts(), 1, longest)) {
        int[] live = IntStream.range(0, expected.size()).toArray();
        for (int step = 0; ; step++) {
          int[] best = best(session, live.length);
          for (int r = 0; r < live.length; r++) {
            assertThat(best[r]).isEqualTo(expected.get(live[r])[step]);
          }
          int next = step + 1;
          int[] before = live;
          int[] going =
              IntStream.range(0, live.length)
                  .filter(r -> expected.get(before[r]).length > next)
                  .toArray();
          if (going.length == 0) {
            return;
          }
          session.retain(going);
          live = Arrays.stream(going).map(r -> before[r]).toArray();
          session.advance(Arrays.stream(going).map(r -> best[r]).toArray());
        }
      }
    }
  }

  private static int[] best(DecodeSession session, int rows) {
    float[] logits = Tensors.toFloats(session.logits());
    int vocabulary = logits.length / rows;
    return IntStream.range(0, rows)
        .map(
            row ->
                IntStream.range(0, vocabulary)
                    .reduce(
                        0,
                        (a, b) ->
                            logits[row * vocabulary + b] > logits[row * vocabulary + a] ? b : a))
        .toArray();
  }
}

package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import io.vlmr1.optim.AdamW;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterConfig;
import io.vlmr1.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two steps of training, saved and opened again. With `-Dwritten.dir=DIR` the folders stay there,
 * beside the logits that the reference's check_written.py should find.
 */
class WrittenFoldersTest {
  @TempDir Path temporary;

  static Stream<String> models() {
    return ReferenceFolder.models().stream();
  }

  private static GoldenCase golden(String model) {
    boolean two = ReferenceFolder.cases(model).contains("two_images");
    return GoldenCase.read(model, two ? "two_images" : "one_image");
  }

  private Path folder(String model, String kind) {
    String kept = System.getProperty("written.dir", "");
    return (kept.isEmpty() ? temporary : Path.of(kept)).resolve(model + "-" + kind);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aTrainedModelIsTheSameOnDisk(String name) throws IOException {
    Path base = ReferenceFolder.path("models/" + name);
    Path folder = folder(name, "full");
    try (GoldenCase golden = golden(name)) {
      float[] expected;
      try (VisionLanguageModel model = ModelLoader.load(base, Dtype.FLOAT32, true)) {
        twoSteps(model, golden);
        ModelSaver.save(model, base, folder);
        expected = logits(model, golden);
      }
      expect(golden, name, "logits", expected, folder.resolveSibling(name + "-full.expect"));
      try (VisionLanguageModel again = ModelLoader.load(folder, Dtype.FLOAT32, false)) {
        assertThat(logits(again, golden)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aTrainedAdapterIsTheSameOnDisk(String name) throws IOException {
    Path base = ReferenceFolder.path("models/" + name);
    Path folder = folder(name, "lora");
    AdapterConfig config = new AdapterConfig(4, 8, 0, true, Map.of(), List.of());
    try (GoldenCase golden = golden(name)) {
      float[] expected;
      try (VisionLanguageModel model =
          ModelLoader.load(
              base,
              Dtype.FLOAT32,
              ModelTuning.newAdapter(
                  config, new AdapterTargets(List.of(), null), new Freeze(List.of())))) {
        Objects.requireNonNull(model.parameters().adapter()).begin(3);
        float[] before = logits(model, golden);
        twoSteps(model, golden);
        AdaptedModel.save(model, config, base, base.toString(), folder);
        expected = logits(model, golden);
        assertThat(expected).isNotEqualTo(before);
      }
      Path file = folder.resolveSibling(name + "-lora.expect");
      expect(golden, name, "logits_adapter", expected, file);
      try (VisionLanguageModel again = AdaptedModel.load(base, folder, Dtype.FLOAT32)) {
        assertThat(logits(again, golden)).isEqualTo(expected);
      }
    }
  }

  private static void twoSteps(VisionLanguageModel model, GoldenCase golden) {
    try (AdamW optimizer =
        new AdamW(model.parameters(), new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1))) {
      for (int step = 0; step < 2; step++) {
        model.parameters().zeroGradients();
        try (Scope scope = Scope.open();
            ForwardPass pass = model.forward(golden.pack(), 1, ForwardPass.Keep.LAYER_INPUTS)) {
          float[] down = new float[golden.pack().completionTokens()];
          Arrays.fill(down, -1f / down.length);
          pass.backward(Tensors.ofFloats(down, down.length));
        }
        optimizer.step(1e-2);
      }
    }
  }

  /** Logits of the places that predict completion tokens, and behind the last one. */
  private static float[] logits(VisionLanguageModel model, GoldenCase golden) {
    GoldenCase.Row row = golden.rows().get(0);
    List<float[]> rows = new ArrayList<>();
    try (DecodeSession session = model.decode(List.of(row.prompt()), 1, row.completion().length)) {
      rows.add(Tensors.toFloats(session.logits()));
      for (int token : row.completion()) {
        session.advance(new int[] {token});
        rows.add(Tensors.toFloats(session.logits()));
      }
    }
    int vocabulary = rows.get(0).length;
    float[] all = new float[rows.size() * vocabulary];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * vocabulary, vocabulary);
    }
    return all;
  }

  private static void expect(
      GoldenCase golden, String model, String name, float[] logits, Path file) throws IOException {
    GoldenCase.Row row = golden.rows().get(0);
    int prompt = row.prompt().ids().length;
    int length = prompt + row.completion().length;
    long[] ids = new long[length];
    long[] places = new long[row.completion().length + 1];
    for (int i = 0; i < length; i++) {
      ids[i] = i < prompt ? row.prompt().ids()[i] : row.completion()[i - prompt];
    }
    for (int i = 0; i < places.length; i++) {
      places[i] = prompt - 1 + i;
    }
    ReferenceTensors stored = golden.tensors();
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("input_ids", Tensors.ofLongs(ids).view(1, length));
      tensors.put("logits_positions", Tensors.ofLongs(places));
      tensors.put(
          "pixel_values",
          Tensors.ofFloats(stored.floats("pixel_values"), stored.shape("pixel_values")));
      if (stored.names().contains("image_grid_thw")) {
        tensors.put(
            "image_grid_thw",
            Tensors.ofInts(stored.ints("image_grid_thw")).view(stored.shape("image_grid_thw")));
      }
      tensors.put(name, Tensors.ofFloats(logits, 1, places.length, logits.length / places.length));
      SafetensorsWriter.write(file, tensors, Map.of("model", model));
    }
  }
}

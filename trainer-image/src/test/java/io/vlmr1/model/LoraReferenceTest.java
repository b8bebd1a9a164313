package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.Adapter;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import io.vlmr1.weights.AdapterConfig;
import io.vlmr1.weights.AdapterFolder;
import io.vlmr1.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that peft wrote: logits with, without and merged, and the gradient of every pair. */
class LoraReferenceTest {
  @TempDir Path folder;

  static Stream<String> models() {
    List<String> names = new ArrayList<>();
    ReferenceFolder.json("index.json").get("other").fieldNames().forEachRemaining(names::add);
    return names.stream()
        .filter(name -> name.startsWith("lora/"))
        .map(name -> name.substring("lora/".length()));
  }

  static Stream<Arguments> kept() {
    return models()
        .flatMap(
            model ->
                Stream.of(Keep.LAYER_INPUTS, Keep.ACTIVATIONS)
                    .map(keep -> Arguments.of(model, keep)));
  }

  private static Path base(String model) {
    return ReferenceFolder.path("models/" + model);
  }

  private static Path adapter(String model) {
    return ReferenceFolder.path("lora/" + model + "/adapter");
  }

  private static VisionLanguageModel adapted(String model) {
    return AdaptedModel.load(base(model), adapter(model), Dtype.FLOAT32);
  }

  private static float tolerance(String model, String what) {
    return (float)
        ReferenceFolder.json("index.json")
            .get("other")
            .get("lora/" + model)
            .get("tolerances")
            .get(what)
            .asDouble();
  }

  /** The one sequence of the case. */
  private record Sequence(
      ReferenceTensors tensors, PreparedPrompt prompt, int[] completion, int promptLength)
      implements AutoCloseable {

    static Sequence read(String model) {
      ReferenceTensors tensors = ReferenceTensors.read("lora/" + model + "/tensors.safetensors");
      JsonNode json = ReferenceFolder.json("lora/" + model + "/case.json");
      int[] ids = tensors.ints("input_ids");
      int length = json.get("prompt_length").asInt();
      int tokens = Arrays.stream(tensors.ints("completion_mask")).sum();
      return new Sequence(
          tensors,
          new PreparedPrompt(Arrays.copyOf(ids, length), GoldenCase.images(model, tensors)),
          Arrays.copyOfRange(ids, length, length + tokens),
          length);
    }

    Pack pack() {
      return new Pack(List.of(new Pack.Group(prompt, List.of(completion))));
    }

    /** Logits of the places that predict completion tokens. */
    List<float[]> logits(VisionLanguageModel of) {
      List<float[]> logits = new ArrayList<>();
      try (DecodeSession session = of.decode(List.of(prompt), 1, completion.length)) {
        logits.add(Tensors.toFloats(session.logits()));
        for (int token : completion) {
          session.advance(new int[] {token});
          logits.add(Tensors.toFloats(session.logits()));
        }
      }
      return logits;
    }

    void compare(VisionLanguageModel of, String name, float tolerance) {
      List<float[]> found = logits(of);
      int[] positions = tensors.ints("logits_positions");
      float[] expected = tensors.floats(name);
      int vocabulary = expected.length / positions.length;
      int compared = 0;
      for (int n = 0; n < positions.length; n++) {
        int step = positions[n] - (promptLength - 1);
        if (step >= 0 && step < found.size()) {
          assertThat(found.get(step))
              .as("%s at %d", name, positions[n])
              .containsExactly(
                  Arrays.copyOfRange(expected, n * vocabulary, (n + 1) * vocabulary),
                  within(tolerance));
          compared++;
        }
      }
      assertThat(compared).isPositive();
    }

    @Override
    public void close() {
      prompt.close();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void predictsAsPeftDoesWithAndWithoutTheAdapter(String model) {
    try (Sequence sequence = Sequence.read(model);
        VisionLanguageModel adapted = adapted(model)) {
      sequence.compare(adapted, "logits_adapter", tolerance(model, "logits"));
      sequence.compare(new WithoutAdapter(adapted), "logits_base", tolerance(model, "logits"));
      try (ForwardPass pass = adapted.forward(sequence.pack(), 1, Keep.NOTHING)) {
        assertThat(Tensors.toFloats(pass.logProbabilities()))
            .containsExactly(
                GoldenCase.whereMasked(sequence.tensors(), "completion_log_probs_t1"),
                within(tolerance(model, "logits")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void isTheBaseModelBitForBitWithTheAdapterOff(String model) {
    try (Sequence sequence = Sequence.read(model);
        VisionLanguageModel adapted = adapted(model);
        VisionLanguageModel base = ModelLoader.load(base(model), Dtype.FLOAT32, false)) {
      List<float[]> expected = sequence.logits(base);
      List<float[]> found = sequence.logits(new WithoutAdapter(adapted));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i)).isEqualTo(expected.get(i));
      }
      try (ForwardPass off = new WithoutAdapter(adapted).forward(sequence.pack(), 1, Keep.NOTHING);
          ForwardPass plain = base.forward(sequence.pack(), 1, Keep.NOTHING)) {
        assertThat(Tensors.toFloats(off.logProbabilities()))
            .isEqualTo(Tensors.toFloats(plain.logProbabilities()));
      }
      assertThat(sequence.logits(adapted).get(0)).isNotEqualTo(expected.get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void answersTheSameMerged(String model) throws IOException {
    Path merged = folder.resolve("merged");
    AdapterMerge.write(base(model), adapter(model), merged);
    try (Sequence sequence = Sequence.read(model);
        VisionLanguageModel whole = ModelLoader.load(merged, Dtype.FLOAT32, false)) {
      sequence.compare(whole, "logits_merged", tolerance(model, "merged_logits"));
      sequence.compare(whole, "logits_adapter", tolerance(model, "merged_logits"));
    }
  }

  @ParameterizedTest
  @MethodSource("kept")
  void differentiatesEveryPair(String model, Keep keep) {
    ReferenceTensors expected = ReferenceTensors.read("lora/" + model + "/gradients.safetensors");
    try (Sequence sequence = Sequence.read(model);
        VisionLanguageModel adapted = adapted(model);
        ForwardPass pass = adapted.forward(sequence.pack(), 1, keep)) {
      float[] ones = new float[sequence.completion().length];
      Arrays.fill(ones, 1);
      pass.backward(Tensors.ofFloats(ones, ones.length));
      Adapter adapter = Objects.requireNonNull(adapted.parameters().adapter());
      assertThat(adapter.tensors().stream().map(Parameter::name).toList())
          .containsExactlyInAnyOrderElementsOf(expected.names());
      long elements = adapter.tensors().stream().mapToLong(each -> each.value().numel()).sum();
      assertThat(adapted.parameters().flatGradients().numel())
          .as("nothing else trains")
          .isEqualTo(elements);
      for (String name : expected.names()) {
        float[] golden = expected.floats(name);
        float[] found = Tensors.toFloats(((DecoderModel) adapted).parameters().gradient(name));
        double largest = 1e-12;
        double difference = 0;
        for (int i = 0; i < golden.length; i++) {
          largest = Math.max(largest, Math.abs(golden[i]));
          difference = Math.max(difference, Math.abs(golden[i] - found[i]));
        }
        assertThat(difference / largest).as(name).isLessThan(tolerance(model, "gradient_relative"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void savesAsPeftDoes(String model) throws IOException {
    try (VisionLanguageModel adapted = adapted(model);
        AdapterFolder read = AdapterFolder.open(adapter(model))) {
      AdaptedModel.save(adapted, read.config(), base(model), "base", folder);
    }
    try (Scope scope = Scope.open();
        AdapterFolder before = AdapterFolder.open(adapter(model));
        AdapterFolder after = AdapterFolder.open(folder)) {
      assertThat(after.config()).isEqualTo(before.config());
      assertThat(after.ranks()).isEqualTo(before.ranks());
      for (String module : before.ranks().keySet()) {
        assertThat(Tensors.toFloats(after.first(module)))
            .isEqualTo(Tensors.toFloats(before.first(module)));
        assertThat(Tensors.toFloats(after.second(module)))
            .isEqualTo(Tensors.toFloats(before.second(module)));
      }
    }
    assertThat(matched(folder, model)).as("as peft reads them").isEqualTo(matched(model));
  }

  /**
   * Modules with weights that target_modules takes by peft's rule: a list of endings, or a regex.
   */
  private static List<String> matched(Path adapter, String model) throws IOException {
    JsonNode targets =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(adapter.resolve(AdapterConfig.FILE).toFile())
            .get("target_modules");
    try (VisionLanguageModel base = ModelLoader.load(base(model), Dtype.FLOAT32, false)) {
      List<String> found = new ArrayList<>();
      for (Parameter each : base.parameters().all()) {
        String module = ModelLoader.names(base(model)).module(each.name());
        boolean taken =
            targets.isTextual()
                ? Pattern.matches(targets.asText(), module)
                : Stream.iterate(0, i -> i < targets.size(), i -> i + 1)
                    .map(i -> targets.get(i).asText())
                    .anyMatch(end -> module.equals(end) || module.endsWith("." + end));
        if (taken && each.value().dim() == 2) {
          found.add(module);
        }
      }
      return found.stream().sorted().toList();
    }
  }

  private static List<String> matched(String model) throws IOException {
    return matched(adapter(model), model);
  }

  @ParameterizedTest
  @MethodSource("models")
  void readsTheNamesThatOlderVersionsWrote(String model) throws IOException {
    Files.copy(adapter(model).resolve(AdapterConfig.FILE), folder.resolve(AdapterConfig.FILE));
    ReferenceTensors stored =
        ReferenceTensors.read("lora/" + model + "/adapter/" + AdapterFolder.WEIGHTS);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> renamed = new LinkedHashMap<>();
      for (String name : stored.names()) {
        renamed.put(
            name.replace(".model.language_model.", ".model."),
            Tensors.ofFloats(stored.floats(name), stored.shape(name)));
      }
      SafetensorsWriter.write(
          folder.resolve(AdapterFolder.WEIGHTS), renamed, Map.of("format", "pt"));
    }
    try (Sequence sequence = Sequence.read(model);
        VisionLanguageModel adapted = AdaptedModel.load(base(model), folder, Dtype.FLOAT32)) {
      sequence.compare(adapted, "logits_adapter", tolerance(model, "logits"));
    }
  }
}

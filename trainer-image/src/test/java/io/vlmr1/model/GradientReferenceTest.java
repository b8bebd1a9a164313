package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.grpo.LossSettings;
import io.vlmr1.grpo.PolicyLoss;
import io.vlmr1.model.ForwardPass.Keep;
import io.vlmr1.model.decoder.DecoderModel;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of every parameter, alone and with a shared prompt, in float32. */
class GradientReferenceTest {

  static Stream<Arguments> models() {
    return ReferenceFolder.models().stream()
        .filter(model -> has("gradients/" + model) || has("shared_prompt/" + model))
        .flatMap(
            model ->
                Stream.of(Keep.LAYER_INPUTS, Keep.ACTIVATIONS)
                    .map(keep -> Arguments.of(model, keep)));
  }

  private static boolean has(String folder) {
    return ReferenceFolder.json("index.json").get("other").has(folder);
  }

  private static double tolerance(String folder, String what) {
    return ReferenceFolder.json("index.json")
        .get("other")
        .get(folder)
        .get("tolerances")
        .get(what)
        .asDouble();
  }

  private static DecoderModel load(String model) {
    return (DecoderModel)
        ModelLoader.load(ReferenceFolder.path("models/" + model), Dtype.FLOAT32, true);
  }

  @ParameterizedTest
  @MethodSource("models")
  void differentiatesTheMeanLogProbability(String model, Keep keep) {
    String folder = "gradients/" + model;
    if (!has(folder)) {
      return;
    }
    ReferenceTensors inputs = ReferenceTensors.read(folder + "/inputs.safetensors");
    JsonNode json = ReferenceFolder.json(folder + "/case.json");
    int[] ids = inputs.ints("input_ids");
    int prompt = json.get("prompt_length").asInt();
    int tokens = Arrays.stream(inputs.ints("completion_mask")).sum();
    try (DecoderModel loaded = load(model);
        PreparedPrompt prepared =
            new PreparedPrompt(Arrays.copyOf(ids, prompt), GoldenCase.images(model, inputs));
        ForwardPass pass =
            loaded.forward(
                new Pack(
                    List.of(
                        new Pack.Group(
                            prepared, List.of(Arrays.copyOfRange(ids, prompt, prompt + tokens))))),
                1,
                keep)) {
      float[] found = Tensors.toFloats(pass.logProbabilities());
      assertThat(found)
          .containsExactly(
              GoldenCase.whereMasked(inputs, "completion_log_probs_t1"), within(2e-4f));
      float[] mean = new float[tokens];
      Arrays.fill(mean, 1f / tokens);
      pass.backward(Tensors.ofFloats(mean, tokens));
      compare(loaded, folder);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void differentiatesTheLossOfAGroupThatSharesItsPrompt(String model, Keep keep) {
    String folder = "shared_prompt/" + model;
    if (!has(folder)) {
      return;
    }
    ReferenceTensors inputs = ReferenceTensors.read(folder + "/inputs.safetensors");
    JsonNode json = ReferenceFolder.json(folder + "/case.json");
    List<int[]> completions = completions(inputs);
    try (DecoderModel loaded = load(model);
        PreparedPrompt prepared =
            new PreparedPrompt(inputs.ints("prompt_ids"), GoldenCase.images(model, inputs))) {
      Pack pack = new Pack(List.of(new Pack.Group(prepared, completions)));
      try (ForwardPass warmer = loaded.forward(pack, 0.9, Keep.NOTHING)) {
        assertThat(Tensors.toFloats(warmer.logProbabilities()))
            .containsExactly(
                GoldenCase.whereMasked(inputs, "completion_log_probs_t09"),
                within((float) tolerance(folder, "log_probs")));
      }
      try (ForwardPass pass = loaded.forward(pack, 1, keep)) {
        float[] found = Tensors.toFloats(pass.logProbabilities());
        assertThat(found)
            .containsExactly(
                GoldenCase.whereMasked(inputs, "completion_log_probs_t1"),
                within((float) tolerance(folder, "log_probs")));
        PolicyLoss.Result result =
            loss(json).compute(tokens(inputs, found, completions), counts(completions));
        assertThat(result.sums().loss()).isCloseTo(json.get("loss").asDouble(), within(1e-4));
        pass.backward(Tensors.ofFloats(result.gradient(), found.length));
      }
      compare(loaded, folder);
    }
  }

  private static List<int[]> completions(ReferenceTensors inputs) {
    int[] ids = inputs.ints("completion_ids");
    int[] mask = inputs.ints("completion_mask");
    int width = (int) inputs.shape("completion_ids")[1];
    List<int[]> completions = new ArrayList<>();
    for (int from = 0; from < ids.length; from += width) {
      int length = Arrays.stream(mask, from, from + width).sum();
      completions.add(Arrays.copyOfRange(ids, from, from + length));
    }
    return completions;
  }

  private static PolicyLoss loss(JsonNode json) {
    return new PolicyLoss(
        new LossSettings(
            GrpoSpec.Loss.GRPO,
            false,
            json.get("epsilon_low").asDouble(),
            json.get("epsilon_high").asDouble(),
            OptionalDouble.empty(),
            json.get("beta").asDouble(),
            1));
  }

  private static PolicyLoss.Tokens tokens(
      ReferenceTensors inputs, float[] logProbabilities, List<int[]> completions) {
    float[] advantages = inputs.floats("advantages");
    double[] wide = new double[advantages.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = advantages[i];
    }
    return new PolicyLoss.Tokens(
        logProbabilities,
        GoldenCase.whereMasked(inputs, "old_log_probs"),
        GoldenCase.whereMasked(inputs, "reference_log_probs"),
        new float[logProbabilities.length],
        completions.stream().mapToInt(ids -> ids.length).toArray(),
        wide,
        new boolean[wide.length]);
  }

  private static PolicyLoss.GlobalCounts counts(List<int[]> completions) {
    return new PolicyLoss.GlobalCounts(
        completions.size(), completions.stream().mapToInt(ids -> ids.length).sum());
  }

  /** Each gradient against the reference's, relative to the largest entry of the same tensor. */
  private static void compare(DecoderModel model, String folder) {
    ReferenceTensors expected = ReferenceTensors.read(folder + "/gradients.safetensors");
    assertThat(model.parameters().all().stream().map(Parameter::name).toList())
        .containsExactlyInAnyOrderElementsOf(expected.names());
    double tolerance = tolerance(folder, "gradient_relative");
    for (String name : expected.names()) {
      float[] golden = expected.floats(name);
      float[] found = Tensors.toFloats(model.parameters().gradient(name));
      double largest = 1e-12;
      double difference = 0;
      for (int i = 0; i < golden.length; i++) {
        largest = Math.max(largest, Math.abs(golden[i]));
        difference = Math.max(difference, Math.abs(golden[i] - found[i]));
      }
      assertThat(difference / largest).as(name).isLessThan(tolerance);
    }
  }
}

package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import io.vlmr1.api.v1alpha1.GrpoSpec.Loss;
import io.vlmr1.dist.SingleRank;
import io.vlmr1.grpo.PolicyLoss.GlobalCounts;
import io.vlmr1.grpo.PolicyLoss.Result;
import io.vlmr1.grpo.PolicyLoss.Tokens;
import io.vlmr1.model.ForwardPass;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.Pack;
import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.nn.Parameters.Parameter;
import io.vlmr1.optim.AdamW;
import io.vlmr1.optim.LearningRates;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five optimizer steps of TRL, transformers and torch, each compared, and the weights at their end.
 */
class TrajectoryReferenceTest {
  private static final String FOLDER = "optimizer/qwen2_5_vl/";
  private static final JsonNode TRAJECTORY = ReferenceFolder.json(FOLDER + "trajectory.json");
  private static final JsonNode TOLERANCES =
      ReferenceFolder.json("index.json").get("other").get("optimizer/qwen2_5_vl").get("tolerances");
  private static final Path MODEL = ReferenceFolder.path(TRAJECTORY.get("model").asText());

  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20, Long.MAX_VALUE})
  void everyStepHasItsLossNormAndPenaltyAndTheLastOneItsWeights(long activationBytes) {
    ForwardPass.Keep keep = ForwardPass.Keep.within(activationBytes);
    JsonNode adam = TRAJECTORY.get("optimizer");
    AdamW.Settings settings =
        new AdamW.Settings(
            adam.get("betas").get(0).asDouble(),
            adam.get("betas").get(1).asDouble(),
            adam.get("eps").asDouble(),
            adam.get("weight_decay").asDouble(),
            TRAJECTORY.get("max_grad_norm").asDouble());
    ReferenceTensors batches = ReferenceTensors.read(FOLDER + "batches.safetensors");
    try (VisionLanguageModel model = ModelLoader.load(MODEL, Dtype.FLOAT32, true);
        VisionLanguageModel reference = ModelLoader.load(MODEL, Dtype.FLOAT32, false);
        AdamW optimizer = new AdamW(model.parameters(), settings)) {
      assertThat(decayed(model)).containsExactlyInAnyOrderElementsOf(decayedByTheTrainer(model));
      for (JsonNode step : TRAJECTORY.get("steps")) {
        Batch batch = Batch.of(batches, "batch" + step.get("batch").asInt() + ".");
        check(step, batch.step(new Policy(model, reference, optimizer, keep), rate(step)));
      }
      compare(model);
    }
  }

  private static double rate(JsonNode step) {
    int total = TRAJECTORY.get("schedule").get("total_steps").asInt();
    int warmup = TRAJECTORY.get("schedule").get("warmup_steps").asInt();
    double base = TRAJECTORY.get("optimizer").get("lr").asDouble();
    return LearningRates.linear(base, warmup, total).getNewValue(step.get("step").asInt() - 1);
  }

  private static void check(JsonNode expected, Map<String, Double> found) {
    String where = "step " + expected.get("step");
    assertThat(found.get("loss"))
        .as(where)
        .isCloseTo(expected.get("loss").asDouble(), within(TOLERANCES.get("loss").asDouble()));
    assertThat(found.get("kl"))
        .as(where)
        .isCloseTo(expected.get("kl").asDouble(), within(TOLERANCES.get("loss").asDouble() * 20));
    assertThat(found.get("grad_norm"))
        .as(where)
        .isCloseTo(
            expected.get("grad_norm").asDouble(), within(TOLERANCES.get("grad_norm").asDouble()));
    assertThat(found.get("learning_rate"))
        .as(where)
        .isCloseTo(expected.get("learning_rate").asDouble(), within(1e-9));
  }

  /** Each tensor's greatest and mean difference. */
  private static void compare(VisionLanguageModel model) {
    ReferenceTensors expected = ReferenceTensors.read(FOLDER + "final_parameters.safetensors");
    List<Parameter> parameters = model.parameters().all();
    assertThat(parameters)
        .extracting(Parameter::name)
        .containsExactlyInAnyOrderElementsOf(expected.names());
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      float[] golden = expected.floats(name);
      float[] found = Tensors.toFloats(parameter.value());
      double sum = 0;
      double worst = 0;
      for (int i = 0; i < golden.length; i++) {
        double difference = Math.abs((double) golden[i] - found[i]);
        sum += difference;
        worst = Math.max(worst, difference);
      }
      assertThat(worst).as(name).isLessThan(TOLERANCES.get("final_parameters").asDouble());
      assertThat(sum / golden.length)
          .as(name)
          .isLessThan(TOLERANCES.get("final_parameters_mean").asDouble());
    }
  }

  private static List<String> decayed(VisionLanguageModel model) {
    return model.parameters().all().stream()
        .filter(Parameter::decayed)
        .map(Parameter::name)
        .toList();
  }

  /** Tied embeddings stand there under both names. */
  private static List<String> decayedByTheTrainer(VisionLanguageModel model) {
    List<String> own = model.parameters().all().stream().map(Parameter::name).toList();
    return StreamSupport.stream(TRAJECTORY.get("decayed_parameters").spliterator(), false)
        .map(JsonNode::asText)
        .filter(name -> own.contains(name) || !name.equals("lm_head.weight"))
        .toList();
  }

  private record Policy(
      VisionLanguageModel model,
      VisionLanguageModel reference,
      AdamW optimizer,
      ForwardPass.Keep keep) {}

  private record Batch(Pack pack, double[] advantages, int[] lengths) {
    static Batch of(ReferenceTensors tensors, String prefix) {
      float[] grid = tensors.floats(prefix + "image_grid_thw");
      PreparedImage image =
          new PreparedImage(
              Tensors.ofFloats(
                  tensors.floats(prefix + "pixel_values"), tensors.shape(prefix + "pixel_values")),
              (int) grid[0],
              (int) grid[1],
              (int) grid[2],
              0,
              0);
      PreparedPrompt prompt =
          new PreparedPrompt(ints(tensors.floats(prefix + "prompt_ids")), List.of(image));
      long[] shape = tensors.shape(prefix + "completion_ids");
      int[] ids = ints(tensors.floats(prefix + "completion_ids"));
      int[] mask = ints(tensors.floats(prefix + "completion_mask"));
      List<int[]> completions = new ArrayList<>();
      for (int row = 0; row < shape[0]; row++) {
        int start = row * (int) shape[1];
        int length = Arrays.stream(mask, start, start + (int) shape[1]).sum();
        completions.add(Arrays.copyOfRange(ids, start, start + length));
      }
      float[] advantages = tensors.floats(prefix + "advantages");
      double[] wide = new double[advantages.length];
      Arrays.setAll(wide, i -> advantages[i]);
      return new Batch(
          new Pack(List.of(new Pack.Group(prompt, completions))),
          wide,
          completions.stream().mapToInt(completion -> completion.length).toArray());
    }

    Map<String, Double> step(Policy policy, double learningRate) {
      JsonNode loss = TRAJECTORY.get("loss");
      double temperature = loss.get("temperature").asDouble();
      double beta = loss.get("beta").asDouble();
      PolicyLoss formula =
          new PolicyLoss(
              new LossSettings(Loss.GRPO, false, 0.2, 0.2, OptionalDouble.empty(), beta, 1));
      Update update = new Update(policy.model().parameters(), policy.optimizer(), new SingleRank());
      update.begin(1);
      Result result;
      try (ForwardPass frozen =
              policy.reference().forward(pack, temperature, ForwardPass.Keep.NOTHING);
          ForwardPass pass = policy.model().forward(pack, temperature, policy.keep())) {
        Tokens tokens =
            new Tokens(
                Tensors.toFloats(pass.logProbabilities()),
                null,
                Tensors.toFloats(frozen.logProbabilities()),
                Tensors.toFloats(pass.entropies()),
                lengths,
                advantages,
                new boolean[lengths.length]);
        result = formula.compute(tokens, new GlobalCounts(lengths.length, pack.completionTokens()));
        update.backward(pass, result.gradient());
      }
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("grad_norm", update.finish(0, learningRate));
      result.sums().write(metrics, true);
      metrics.put("learning_rate", learningRate);
      return metrics;
    }

    private static int[] ints(float[] values) {
      int[] ints = new int[values.length];
      for (int i = 0; i < ints.length; i++) {
        ints[i] = (int) values[i];
      }
      return ints;
    }
  }
}

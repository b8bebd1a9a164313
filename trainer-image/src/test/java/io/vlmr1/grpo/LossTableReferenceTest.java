package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.ReferenceTensors;
import io.vlmr1.api.v1alpha1.GrpoSpec.Loss;
import io.vlmr1.grpo.PolicyLoss.GlobalCounts;
import io.vlmr1.grpo.PolicyLoss.Result;
import io.vlmr1.grpo.PolicyLoss.Tokens;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The loss tables of TRL and of VLM-R1: loss, gradient and metrics of every row. */
class LossTableReferenceTest {
  private static final ReferenceTensors INPUTS =
      ReferenceTensors.read("grpo/loss_inputs.safetensors");
  private static final JsonNode TOLERANCES =
      ReferenceFolder.json("index.json").at("/other/grpo/tolerances");

  @Test
  void everyRowOfTrlsTableHasItsLossGradientAndMetrics() {
    JsonNode table = ReferenceFolder.json("grpo/losses.json");
    ReferenceTensors gradients = ReferenceTensors.read("grpo/loss_gradients.safetensors");
    assertThat(table.get("rows")).isNotEmpty();
    for (JsonNode row : table.get("rows")) {
      LossSettings settings =
          new LossSettings(
              Loss.valueOf(row.get("loss_type").asText().toUpperCase(Locale.ROOT)),
              row.get("importance_sampling_level").asText().equals("sequence"),
              table.get("epsilon_low").asDouble(),
              table.get("epsilon_high").asDouble(),
              row.get("delta").isNull()
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(row.get("delta").asDouble()),
              row.get("beta").asDouble(),
              table.get("max_completion_length").asInt());
      check(row, settings, gradients);
    }
  }

  @Test
  void everyRowOfVlmR1sTableHasItsLossAndGradient() {
    JsonNode table = ReferenceFolder.json("grpo/vlm_r1_losses.json");
    ReferenceTensors gradients = ReferenceTensors.read("grpo/vlm_r1_gradients.safetensors");
    for (JsonNode row : table.get("rows")) {
      if (row.get("is_nan").asBoolean()) {
        continue; // an empty completion spoils its batch there; here it counts as loss 0
      }
      LossSettings settings =
          new LossSettings(
              Loss.GRPO,
              false,
              table.get("epsilon_low").asDouble(),
              table.get("epsilon_high").asDouble(),
              OptionalDouble.empty(),
              row.get("beta").asDouble(),
              1);
      check(row, settings, gradients);
    }
  }

  private static void check(JsonNode row, LossSettings settings, ReferenceTensors gradients) {
    String mask = row.get("mask").asText();
    int completions = (int) INPUTS.shape(mask)[0];
    int width = (int) INPUTS.shape(mask)[1];
    float[] kept = INPUTS.floats(mask);
    boolean onPolicy = row.get("old").isNull();
    Tokens tokens =
        new Tokens(
            select(INPUTS.floats("log_probs"), kept),
            onPolicy ? null : select(INPUTS.floats(row.get("old").asText()), kept),
            settings.beta() == 0 ? null : select(INPUTS.floats("reference_log_probs"), kept),
            select(INPUTS.floats("entropies"), kept),
            lengths(kept, width),
            doubles(INPUTS.floats("advantages")),
            new boolean[completions]);
    long divisor =
        settings.type() == Loss.DAPO
            ? row.get("global_completion_tokens").asLong()
            : tokens.logProbabilities().length;
    Result result =
        new PolicyLoss(settings).compute(tokens, new GlobalCounts(completions, divisor));
    assertThat(result.sums().loss())
        .as(row.toString())
        .isCloseTo(row.get("loss").asDouble(), within(TOLERANCES.get("loss").asDouble()));
    assertThat(result.gradient())
        .as(row.toString())
        .containsExactly(
            select(gradients.floats(row.get("gradient").asText()), kept),
            within((float) TOLERANCES.get("gradient").asDouble()));
    checkMetrics(row.get("metrics"), result, settings.beta() != 0);
  }

  private static void checkMetrics(@Nullable JsonNode expected, Result result, boolean withKl) {
    if (expected == null) {
      return;
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    result.sums().write(metrics, withKl);
    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
      if (!metric.getKey().equals("loss")) {
        assertThat(metric.getValue())
            .as(metric.getKey())
            .isCloseTo(
                expected.get(metric.getKey()).asDouble(),
                within(TOLERANCES.get("metrics").asDouble()));
      }
    }
  }

  private static float[] select(float[] padded, float[] kept) {
    float[] flat = new float[padded.length];
    int count = 0;
    for (int i = 0; i < padded.length; i++) {
      if (kept[i] != 0) {
        flat[count++] = padded[i];
      }
    }
    return java.util.Arrays.copyOf(flat, count);
  }

  private static int[] lengths(float[] kept, int width) {
    int[] lengths = new int[kept.length / width];
    for (int i = 0; i < kept.length; i++) {
      lengths[i / width] += kept[i] != 0 ? 1 : 0;
    }
    return lengths;
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}

package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.api.v1alpha1.GrpoSpec.ScaleRewards;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** TRL's advantages and reward metrics. */
class AdvantagesReferenceTest {
  @Test
  void everyRowOfTheTableHasItsAdvantagesAndMetrics() {
    JsonNode tolerances = ReferenceFolder.json("index.json").at("/other/grpo/tolerances");
    JsonNode rows = ReferenceFolder.json("grpo/advantages.json").get("rows");
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      if (!row.get("note").isNull()) {
        continue; // a row without any reward: there reward 0, here left out
      }
      double[][] rewards = matrix(row.get("rewards"));
      double[] weights = vector(row.get("weights"));
      ScaleRewards scale =
          ScaleRewards.valueOf(row.get("scale_rewards").asText().toUpperCase(Locale.ROOT));
      Advantages advantages =
          Advantages.of(rewards, weights, row.get("generations").asInt(), scale);
      assertThat(advantages.values())
          .as(row.toString())
          .containsExactly(
              vector(row.get("advantages")), within(tolerances.get("advantages").asDouble()));
      Map<String, Double> metrics = new LinkedHashMap<>();
      List<String> names = IntStream.range(0, weights.length).mapToObj(k -> "f" + k).toList();
      advantages.write(metrics, rewards, names);
      row.get("metrics")
          .properties()
          .forEach(
              metric ->
                  assertThat(metrics.get(metric.getKey()))
                      .as(metric.getKey() + " of " + row)
                      .isCloseTo(
                          metric.getValue().asDouble(),
                          within(tolerances.get("metrics").asDouble())));
    }
  }

  private static double[][] matrix(JsonNode rows) {
    double[][] matrix = new double[rows.size()][];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = vector(rows.get(i));
    }
    return matrix;
  }

  private static double[] vector(JsonNode numbers) {
    double[] vector = new double[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).isNull() ? Double.NaN : numbers.get(i).asDouble();
    }
    return vector;
  }
}

package io.vlmr1.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.tracker.Tracker;
import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import org.junit.jupiter.api.Test;

/**
 * Every learning rate of transformers' schedules, to the precision of a float, which is what DJL
 * counts in.
 */
class LearningRatesReferenceTest {
  @Test
  void everyScheduleHasTheRateOfEachStep() {
    JsonNode rows = ReferenceFolder.json("optimizer/lr_schedules.json").get("rows");
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      Tracker tracker = tracker(row);
      double base = row.get("base").asDouble();
      JsonNode rates = row.get("learning_rate");
      for (int k = 0; k < rates.size(); k++) {
        assertThat((double) tracker.getNewValue(k))
            .as("%s step %d", row.get("type"), k)
            .isCloseTo(rates.get(k).asDouble(), within(2e-7 * base));
      }
    }
  }

  private static Tracker tracker(JsonNode row) {
    double base = row.get("base").asDouble();
    int warmup = row.get("warmup_steps").asInt();
    int total = row.get("total_steps").asInt();
    JsonNode options = row.get("options");
    return switch (row.get("type").asText()) {
      case "linear" -> LearningRates.linear(base, warmup, total);
      case "cosine" -> LearningRates.cosine(base, warmup, total);
      case "constant" -> LearningRates.constant(base);
      case "constant_with_warmup" -> LearningRates.constantWithWarmup(base, warmup);
      case "cosine_with_restarts" ->
          LearningRates.cosineWithRestarts(base, options.get("num_cycles").asInt(), warmup, total);
      case "cosine_with_min_lr" ->
          LearningRates.cosineTo(base, base * options.get("min_lr_rate").asDouble(), warmup, total);
      case "polynomial" ->
          LearningRates.polynomial(
              base,
              options.get("lr_end").asDouble(),
              options.get("power").asDouble(),
              warmup,
              total);
      case "inverse_sqrt" -> LearningRates.inverseSquareRoot(base, warmup);
      default -> throw new AssertionError("no schedule " + row.get("type"));
    };
  }
}

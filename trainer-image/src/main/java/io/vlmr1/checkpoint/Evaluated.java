package io.vlmr1.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.BestSpec;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Evaluations of every checkpoint, which run beside the training: what they found lies in the
 * output volume, and says which checkpoint is the best and which were not looked at yet.
 *
 * @param evaluations their names
 * @param best by what a checkpoint is the best; null: by nothing
 */
public record Evaluated(List<String> evaluations, @Nullable BestSpec best) {
  /** No evaluation looks at checkpoints. */
  public static final Evaluated BY_NOTHING = new Evaluated(List.of(), null);

  private static final ObjectMapper JSON = new ObjectMapper();

  public Evaluated {
    evaluations = List.copyOf(evaluations);
  }

  /** Those of a job. */
  public static Evaluated of(GrpoJobSpec spec) {
    return new Evaluated(
        spec.everyCheckpoint().stream().map(Evaluation::name).toList(),
        spec.bestCheckpoint().orElse(null));
  }

  /** The step of the best of these checkpoints, of equally good ones the oldest. */
  OptionalInt best(OutputLayout output, List<Integer> steps) {
    OptionalInt found = OptionalInt.empty();
    double most = Double.NEGATIVE_INFINITY;
    if (best != null) {
      for (int step : steps.stream().sorted().toList()) {
        double worth = best.worth(metrics(result(output, String.valueOf(best.evaluation()), step)));
        if (worth > most) { // NaN is never more
          most = worth;
          found = OptionalInt.of(step);
        }
      }
    }
    return found;
  }

  /** Whether some evaluation has not looked at a checkpoint yet. */
  boolean waits(OutputLayout output, int step) {
    return evaluations.stream().anyMatch(name -> !Files.exists(result(output, name, step)));
  }

  /** A checkpoint is made anew: what was found of an older one of the same step is not about it. */
  void forget(OutputLayout output, int step) throws IOException {
    for (String name : evaluations) {
      Files.deleteIfExists(result(output, name, step));
    }
  }

  private static Path result(OutputLayout output, String evaluation, int step) {
    return output.evaluation(evaluation, String.valueOf(output.checkpoint(step).getFileName()));
  }

  private static Map<String, Double> metrics(Path result) {
    Map<String, Double> metrics = new HashMap<>();
    if (Files.exists(result)) {
      try {
        JsonNode all = JSON.readTree(result.toFile()).path("metrics");
        all.properties().forEach(entry -> metrics.put(entry.getKey(), entry.getValue().asDouble()));
      } catch (IOException e) {
        return Map.of(); // what cannot be read says nothing
      }
    }
    return Map.copyOf(metrics);
  }
}

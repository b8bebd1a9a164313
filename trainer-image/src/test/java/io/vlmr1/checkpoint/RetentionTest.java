package io.vlmr1.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.BestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints stay while evaluations look at every one. */
class RetentionTest {
  private static final BestSpec ACCURACY =
      new BestSpec("held-out", "accuracy", BestSpec.Goal.MAXIMIZE);

  @TempDir Path folder;

  @Test
  void theNewestStayWhereNothingIsEvaluated() throws IOException {
    save(Evaluated.BY_NOTHING, 1, 2, 3, 4);
    assertThat(kept()).containsExactly("checkpoint-3", "checkpoint-4");
  }

  @Test
  void theBestStaysUntilABetterOneIsFound() throws IOException {
    Evaluated evaluated = new Evaluated(List.of("held-out"), ACCURACY);
    save(evaluated, 1);
    found(1, "{\"accuracy\": 0.5}");
    save(evaluated, 2);
    found(2, "{\"accuracy\": 0.25}");
    save(evaluated, 3);
    found(3, "{\"accuracy\": 0.5}");
    save(evaluated, 4);
    found(4, "{\"iou\": 0.75}");
    save(evaluated, 5);
    assertThat(kept())
        .as("of equals the oldest; what lacks the number is no better")
        .containsExactly("checkpoint-1", "checkpoint-4", "checkpoint-5");
    found(5, "{\"accuracy\": 0.75}");
    save(evaluated, 6);
    assertThat(kept()).containsExactly("checkpoint-5", "checkpoint-6");
  }

  @Test
  void theSmallestIsTheBestWhereTheSpecSaysSo() throws IOException {
    Evaluated evaluated =
        new Evaluated(
            List.of("held-out"), new BestSpec("held-out", "loss", BestSpec.Goal.MINIMIZE));
    for (int step = 1; step <= 4; step++) {
      save(evaluated, step);
      found(step, "{\"loss\": " + (step == 1 ? 0.5 : 1.0) + "}");
    }
    save(evaluated, 5);
    assertThat(kept()).containsExactly("checkpoint-1", "checkpoint-4", "checkpoint-5");
  }

  @Test
  void whatWaitsForAnEvaluationStaysInBounds() throws IOException {
    Evaluated evaluated = new Evaluated(List.of("held-out", "other"), ACCURACY);
    save(evaluated, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(kept())
        .as("two newest, and %s that nobody has looked at", OutputLayout.MOST_WAITING)
        .containsExactly(
            "checkpoint-4",
            "checkpoint-5",
            "checkpoint-6",
            "checkpoint-7",
            "checkpoint-8",
            "checkpoint-9");
    found(5, "{\"accuracy\": 0.5}");
    save(evaluated, 10);
    assertThat(kept()).as("one of two has looked at 5; it is the best").contains("checkpoint-5");
  }

  @Test
  void whatWasFoundOfAnOlderCheckpointOfTheSameStepIsForgotten() throws IOException {
    Evaluated evaluated = new Evaluated(List.of("held-out"), ACCURACY);
    found(1, "{\"accuracy\": 0.5}");
    save(evaluated, 1);
    assertThat(output().evaluation("held-out", "checkpoint-1")).doesNotExist();
  }

  private void save(Evaluated evaluated, int... steps) {
    Checkpoints checkpoints =
        new Checkpoints(
            output(),
            new Checkpoints.Policy(2, true, 1, JsonNodeFactory.instance.objectNode(), evaluated));
    for (int step : steps) {
      checkpoints.save(
          target -> Files.writeString(target.resolve("config.json"), "{}"),
          new Checkpoints.Contents(step, 0, step, Map.of(), Map.of()));
    }
  }

  private void found(int step, String metrics) throws IOException {
    Path file = output().evaluation("held-out", "checkpoint-" + step);
    Files.createDirectories(output().evaluations().resolve("held-out"));
    Files.writeString(file, "{\"accuracy\": 50, \"metrics\": " + metrics + "}");
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> all = Files.list(output().checkpoints())) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private OutputLayout output() {
    return new OutputLayout(folder);
  }
}

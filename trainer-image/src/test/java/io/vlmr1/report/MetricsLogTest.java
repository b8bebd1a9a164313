package io.vlmr1.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.write(1, Map.of("reward", 0.25));
      log.write(2, Map.of("reward", 0.5, "kl", Double.NaN));
    }
    assertThat(MetricsLog.read(file))
        .containsExactly(
            new MetricsLog.Step(1, Map.of("reward", 0.25)),
            new MetricsLog.Step(2, Map.of("reward", 0.5)));
  }

  @Test
  void dropsStepsBeyondTheCheckpointWhenARunGoesOn() {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      for (int step = 1; step <= 7; step++) {
        log.write(step, Map.of("reward", (double) step));
      }
    }
    try (MetricsLog log = MetricsLog.open(file, 5)) {
      log.write(6, Map.of("reward", 60.0));
    }
    assertThat(MetricsLog.read(file))
        .extracting(MetricsLog.Step::step)
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(MetricsLog.read(file).get(5).metrics()).containsEntry("reward", 60.0);
  }

  @Test
  void skipsALineThatAKilledWriterTore() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.write(1, Map.of("reward", 1.0));
    }
    Files.writeString(file, "{\"step\":2,\"rew", StandardOpenOption.APPEND);
    try (MetricsLog log = MetricsLog.open(file, 5)) {
      log.write(2, Map.of("reward", 2.0));
    }
    assertThat(Files.readString(file))
        .isEqualTo("{\"step\":1,\"reward\":1.0}\n{\"step\":2,\"reward\":2.0}\n");
  }

  @Test
  void tellsOnlyNewStepsToAFollowerAlsoAfterTheFileWasCutBack() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    MetricsTail tail = new MetricsTail(file);
    assertThat(tail.poll()).isEmpty();
    try (MetricsLog log = MetricsLog.open(file, 0)) {
      log.write(1, Map.of("reward", 1.0));
      log.write(2, Map.of("reward", 2.0));
    }
    assertThat(tail.poll()).extracting(MetricsLog.Step::step).containsExactly(1, 2);
    MetricsLog log = MetricsLog.open(file, 1);
    touch(file, 2);
    assertThat(tail.poll()).isEmpty();
    log.write(2, Map.of("reward", 2.5));
    touch(file, 4);
    assertThat(tail.poll()).containsExactly(new MetricsLog.Step(2, Map.of("reward", 2.5)));
    log.close();
  }

  /** File systems keep times in ticks that two quick writes may share. */
  private static void touch(Path file, int seconds) throws IOException {
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.fromMillis(1_000_000_000L + seconds * 1000L));
  }
}

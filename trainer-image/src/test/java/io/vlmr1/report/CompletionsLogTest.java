package io.vlmr1.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.report.CompletionsLog.Entry;
import io.vlmr1.report.CompletionsLog.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionsLogTest {
  @TempDir Path folder;

  private static Entry entry(int step) {
    return new Entry(
        step,
        "row-" + step,
        "Where is the red circle?",
        "[1, 2, 3, 4]",
        "<answer>\u00e9\n</answer>",
        Map.of("accuracy", new Judgement(0.5, "IoU 0.5"), "llm", new Judgement(null, "no judge")),
        0.5,
        -0.7);
  }

  @Test
  void readsBackEveryFieldReasonsAndAbsentScoresIncluded() {
    Path file = folder.resolve("completions.jsonl");
    try (CompletionsLog log = CompletionsLog.open(file, 0, 1 << 20)) {
      log.write(List.of(entry(1), entry(1)));
    }
    assertThat(CompletionsLog.read(file)).containsExactly(entry(1), entry(1));
  }

  /** A truth may hold one, and a training must not end for it. */
  @Test
  void writesHalvesOfSurrogatePairsAsQuestionMarks() {
    Path file = folder.resolve("completions.jsonl");
    Entry half = new Entry(1, "p", "q\ud83d", "\udc00", "\ud800", Map.of(), 0.0, 0);
    try (CompletionsLog log = CompletionsLog.open(file, 0, 1 << 20)) {
      log.write(List.of(half, entry(1)));
    }
    assertThat(CompletionsLog.read(file))
        .containsExactly(new Entry(1, "p", "q?", "?", "?", Map.of(), 0.0, 0), entry(1));
  }

  @Test
  void staysWithinItsSizeAndKeepsTheNewestSteps() throws IOException {
    Path file = folder.resolve("completions.jsonl");
    int limit = 4096;
    try (CompletionsLog log = CompletionsLog.open(file, 0, limit)) {
      for (int step = 1; step <= 200; step++) {
        log.write(List.of(entry(step)));
        assertThat(Files.size(file)).isLessThanOrEqualTo(limit);
      }
    }
    assertThat(CompletionsLog.read(file)).last().isEqualTo(entry(200));
  }

  @Test
  void dropsStepsBeyondTheCheckpointWhenARunGoesOn() {
    Path file = folder.resolve("completions.jsonl");
    try (CompletionsLog log = CompletionsLog.open(file, 0, 1 << 20)) {
      log.write(List.of(entry(1), entry(2), entry(3)));
    }
    CompletionsLog.open(file, 2, 1 << 20).close();
    assertThat(CompletionsLog.read(file)).extracting(Entry::step).containsExactly(1, 2);
  }
}

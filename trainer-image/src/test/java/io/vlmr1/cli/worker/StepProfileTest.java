package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.plan.PhaseClock;
import io.vlmr1.report.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that tells what it takes, and keeps what its budget allows. */
class StepProfileTest {
  @TempDir static Path folder;
  private static Volume volume;

  @BeforeAll
  static void make() throws IOException {
    volume = Volume.in(folder);
  }

  private static String run(Path job, OutputLayout output) throws IOException {
    try (ChildJvm worker = volume.start(job, output, 1).get(0)) {
      assertThat(worker.exitCode()).as(worker.output()).isZero();
      return worker.output();
    }
  }

  @Test
  void aBudgetForActivationsLearnsTheSameBits() throws IOException {
    OutputLayout all = volume.output("all");
    run(volume.job(Map.of("maxSteps: 12", "maxSteps: 3")), all);
    OutputLayout some = volume.output("some");
    String auto = "maxSteps: 3, recompute: auto, activationMemory: 2Mi";
    run(volume.job(Map.of("maxSteps: 12", auto)), some);
    OutputLayout left = volume.output("left");
    run(volume.job(Map.of("maxSteps: 12", "maxSteps: 3, recompute: auto")), left);
    Path expected = all.finalModel().resolve("model.safetensors");
    for (OutputLayout other : new OutputLayout[] {some, left}) {
      assertThat(other.finalModel().resolve("model.safetensors")).hasSameBinaryContentAs(expected);
    }
  }

  @Test
  void tellsThePlanAndWhatCameOfIt() throws IOException {
    OutputLayout output = volume.output("told");
    String told = run(volume.job(Map.of("maxSteps: 12", "maxSteps: 6")), output);
    assertThat(told).contains("memory of a process", "time of a step", "measured: peak");
    Progress progress = Progress.parse(Files.readString(output.progress())).orElseThrow();
    assertThat(progress.memory()).isNotNull();
    for (MetricsLog.Step step : MetricsLog.read(output.metrics())) {
      Map<String, Double> metrics = step.metrics();
      assertThat(metrics)
          .containsKeys(
              "time/data",
              "time/prefill",
              "time/decode",
              "time/rewards",
              "time/forward",
              "time/backward",
              "time/reduce",
              "time/optimizer",
              "tokens_per_second",
              "mfu",
              "idle",
              "memory/peak_mib",
              "threads");
      double phases =
          metrics.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(PhaseClock.PREFIX))
              .mapToDouble(Map.Entry::getValue)
              .sum();
      assertThat(phases)
          .as("phases are parts of the step")
          .isBetween(0.0, metrics.getOrDefault("step_time", 0.0));
      assertThat(metrics.getOrDefault("idle", -1.0)).isBetween(0.0, 1.0);
    }
  }
}

package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.report.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings in real processes, ended in every way that a cluster knows. */
class WorkerTest {
  @TempDir static Path folder;
  private static Volume volume;
  private static final String LONG = "maxSteps: 5000";

  @BeforeAll
  static void makeVolume() throws IOException {
    volume = Volume.in(folder);
  }

  @Test
  void aTrainingThatWasKilledEndsWithTheWeightsOfAnUnbrokenOne() throws IOException {
    Path job = volume.job(Map.of("replicas: 1", "replicas: 2"));
    OutputLayout unbroken = volume.output("unbroken");
    run(job, unbroken, 2);
    OutputLayout killed = volume.output("killed");
    List<ChildJvm> ranks = volume.start(job, killed, 2);
    ranks.get(0).awaitOutput("step 5/");
    ranks.get(1).kill();
    assertThat(ranks.get(0).exitCode()).as(ranks.get(0).output()).isEqualTo(17);
    assertThat(volume.termination(0)).contains("PEER_LOST");
    assertThat(killed.finalModel()).doesNotExist();
    assertThat(MetricsLog.read(unbroken.metrics()))
        .as("something was learned")
        .anyMatch(step -> step.metrics().getOrDefault("grad_norm", 0.0) > 0.01);
    run(job, killed, 2);
    assertThat(killed.finalModel().resolve("model.safetensors"))
        .hasSameBinaryContentAs(unbroken.finalModel().resolve("model.safetensors"));
    assertThat(MetricsLog.read(killed.metrics()))
        .extracting(MetricsLog.Step::step)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(killed.checkpoints().toFile().list())
        .containsExactlyInAnyOrder("checkpoint-10", "checkpoint-12");
  }

  @Test
  void sigtermSavesACheckpointFirst() throws IOException {
    Path job = volume.job(Map.of("maxSteps: 12", LONG, "everySteps: 2", "everySteps: 4000"));
    OutputLayout output = volume.output("terminated");
    try (ChildJvm worker = volume.start(job, output, 1).get(0)) {
      worker.awaitOutput("step 1/");
      worker.terminate();
      assertThat(worker.exitCode()).as(worker.output()).isEqualTo(143);
    }
    assertThat(volume.termination(0)).contains("TERMINATED");
    assertThat(output.checkpoints().toFile().list()).hasSize(1);
  }

  @Test
  void supervisedTrainingLowersItsLossAndMoreProcessesAreRefusedItsCheckpoint() throws IOException {
    Path job = volume.job(Map.of("spec:\n", "spec:\n  method: SFT\n"));
    OutputLayout output = volume.output("sft");
    run(job, output, 1);
    List<MetricsLog.Step> steps = MetricsLog.read(output.metrics());
    assertThat(steps.get(11).metrics().getOrDefault("loss", Double.NaN))
        .isLessThan(steps.get(0).metrics().getOrDefault("loss", Double.NaN) - 0.3);
    Path wider =
        volume.job(Map.of("spec:\n", "spec:\n  method: SFT\n", "replicas: 1", "replicas: 2"));
    for (ChildJvm rank : volume.start(wider, output, 2)) {
      assertThat(rank.exitCode()).as(rank.output()).isEqualTo(13);
      assertThat(rank.output()).contains("was made by 1 processes and this run has 2");
      rank.close();
    }
  }

  private static void run(Path job, OutputLayout output, int ranks) throws IOException {
    List<ChildJvm> all = volume.start(job, output, ranks);
    for (ChildJvm rank : all) {
      assertThat(rank.exitCode()).as(rank.output()).isZero();
      rank.close();
    }
    assertThat(volume.termination(0)).contains("\"exitCode\":0");
    assertThat(Files.readString(output.progress())).contains("\"state\":\"done\"");
  }
}

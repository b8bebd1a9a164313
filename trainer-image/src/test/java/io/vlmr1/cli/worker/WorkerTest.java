package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.report.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

  @Test
  void validatesKeepsTheBestCheckpointAndEndsEarly() throws IOException {
    Path job =
        volume.job(
            Map.of(
                "datasets: [{name: train, path: train.jsonl, images: images}]",
                "datasets: [{name: train, path: train.jsonl, images: images}]\n"
                    + "    validation: [{name: held, path: held_out.jsonl, images: images}]",
                "maxSteps: 12,",
                "maxSteps: 40, validation: {everySteps: 2, patience: 2, threshold: 5},",
                "everySteps: 2}",
                "everySteps: 3, keep: 1}",
                "replicas: 1",
                "replicas: 2"));
    OutputLayout output = volume.output("validated");
    run(job, output, 2);
    List<MetricsLog.Step> steps = MetricsLog.read(output.metrics());
    assertThat(steps).as("nothing is 5 better: two validations after the first").hasSize(6);
    assertThat(steps.get(1).metrics())
        .containsKeys("eval/reward", "eval/accuracy", "eval/format", "eval/mean_length")
        .containsEntry("eval/rows", 4.0);
    assertThat(steps.get(2).metrics()).doesNotContainKey("eval/reward");
    assertThat(Files.readString(output.best())).contains("\"checkpoint\" : \"checkpoint-2\"");
    assertThat(output.checkpoints().toFile().list())
        .containsExactlyInAnyOrder("checkpoint-2", "checkpoint-6", "best.json");
    assertThat(output.finalModel().resolve("model.safetensors")).exists();
  }

  @Test
  void supervisedTrainingLearnsTheSameHoweverItsRowsArePacked() throws IOException {
    Map<String, String> sft =
        Map.of(
            "spec:\n",
            "spec:\n  method: SFT\n",
            "maxSteps: 12,",
            "maxSteps: 3, validation: {everySteps: 3},",
            "datasets: [{name: train, path: train.jsonl, images: images}]",
            "datasets: [{name: train, path: train.jsonl, images: images}]\n"
                + "    validation: [{name: held, path: held_out.jsonl, images: images}]");
    Map<String, String> packed = new HashMap<>(sft);
    packed.put("maxSteps: 12,", "maxSteps: 3, packTokens: 100000, validation: {everySteps: 3},");
    packed.put("promptsPerDevice: 2", "promptsPerDevice: 1, gradientAccumulationSteps: 2");
    OutputLayout plain = volume.output("sft-rows");
    OutputLayout together = volume.output("sft-packed");
    run(volume.job(sft), plain, 1);
    run(volume.job(packed), together, 1);
    for (String metric : List.of("loss", "grad_norm", "eval/loss")) {
      assertThat(last(together, metric)).as(metric).isCloseTo(last(plain, metric), within(1e-3));
    }
    assertThat(last(plain, "eval/loss")).isPositive();
  }

  private static double last(OutputLayout output, String metric) {
    List<MetricsLog.Step> steps = MetricsLog.read(output.metrics());
    return steps.get(steps.size() - 1).metrics().getOrDefault(metric, Double.NaN);
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

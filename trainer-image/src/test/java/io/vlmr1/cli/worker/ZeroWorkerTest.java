package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.report.MetricsLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings in which two real workers share the optimizer, gradients and weights. */
class ZeroWorkerTest {
  private static final String MODEL = "model.safetensors";

  @TempDir static Path folder;
  private static Volume volume;

  @BeforeAll
  static void makeVolume() throws IOException {
    volume = Volume.in(folder);
  }

  private static Path job(int stage, Map<String, String> changes) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(changes);
    all.put("maxSteps: 12,", "maxSteps: 6, zeroStage: " + stage + ",");
    all.put("replicas: 1", "replicas: 2");
    return volume.job(all);
  }

  @Test
  void everyStageLeavesTheSameModel() throws IOException {
    Map<String, String> sft = Map.of("spec:\n", "spec:\n  method: SFT\n");
    OutputLayout unspread = volume.output("stage-0");
    run(job(0, sft), unspread);
    assertThat(MetricsLog.read(unspread.metrics()))
        .anyMatch(step -> step.metrics().getOrDefault("grad_norm", 0.0) > 0.001);
    for (int stage = 1; stage <= 3; stage++) {
      OutputLayout spread = volume.output("stage-" + stage);
      run(job(stage, sft), spread);
      assertThat(spread.finalModel().resolve(MODEL))
          .as("stage " + stage)
          .hasSameBinaryContentAs(unspread.finalModel().resolve(MODEL));
      String state = "checkpoint-6/optimizer-00000.safetensors";
      assertThat(spread.checkpoints().resolve(state))
          .as("the optimizer's state is saved whole")
          .hasSameBinaryContentAs(unspread.checkpoints().resolve(state));
    }
  }

  /** In stage 3 ranks sample completions of different lengths from weights that they fetch. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aTrainingThatWasKilledEndsWithTheWeightsOfAnUnbrokenOne(int stage) throws IOException {
    Path job =
        job(
            stage,
            Map.of(
                "promptsPerDevice: 2",
                "promptsPerDevice: 1, gradientAccumulationSteps: 2",
                "generations: 4,",
                "generations: 4, beta: 0.04,"));
    OutputLayout unbroken = volume.output("unbroken-" + stage);
    run(job, unbroken);
    OutputLayout killed = volume.output("killed-" + stage);
    List<ChildJvm> ranks = volume.start(job, killed, 2);
    ranks.get(0).awaitOutput("step 3/");
    ranks.get(1).kill();
    assertThat(ranks.get(0).exitCode()).as(ranks.get(0).output()).isEqualTo(17);
    run(job, killed);
    assertThat(killed.finalModel().resolve(MODEL))
        .hasSameBinaryContentAs(unbroken.finalModel().resolve(MODEL));
  }

  private static void run(Path job, OutputLayout output) throws IOException {
    for (ChildJvm rank : volume.start(job, output, 2)) {
      assertThat(rank.exitCode()).as(rank.output()).isZero();
      rank.close();
    }
  }
}

package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoSpec;
import io.vlmr1.api.v1alpha1.GrpoSpec.ImportanceSampling;
import io.vlmr1.api.v1alpha1.GrpoSpec.Loss;
import io.vlmr1.api.v1alpha1.GrpoSpec.ScaleRewards;
import io.vlmr1.api.v1alpha1.SamplingSpec;
import io.vlmr1.dist.SingleRank;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities of whole trainings, with a model small enough to run hundreds of steps. */
class TrainingLoopTest {
  @TempDir Path folder;

  @Test
  void theRewardRises() {
    try (TinyTraining training = train(spec(1), 4, 4, 60, null)) {
      List<Map<String, Double>> metrics = training.metrics;
      assertThat(mean(metrics.subList(50, 60))).isGreaterThan(mean(metrics.subList(0, 10)) + 0.1);
      assertThat(metrics.get(0).get("kl")).isCloseTo(0, within(1e-6));
      assertThat(metrics.get(59).get("kl")).isGreaterThan(0.01);
    }
  }

  @ParameterizedTest
  @EnumSource
  void accumulatedMicroBatchesEqualTheWholeBatch(Loss loss) {
    try (TinyTraining whole = train(spec(1, loss), 4, 4, 5, null);
        TinyTraining parts = train(spec(1, loss), 4, 1, 5, null)) {
      assertThat(parts.weights()).containsExactly(whole.weights(), within(2e-5f));
    }
  }

  @Test
  void twoRanksEqualOne() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path weights = folder.resolve("weights");
    try (ChildJvm zero = process(weights, "", 5, 1, environment(port, 0));
        ChildJvm one = process(weights, "", 5, 1, environment(port, 1));
        TinyTraining alone = train(spec(1), 4, 2, 5, null)) {
      assertThat(zero.exitCode()).as(zero.output()).isZero();
      assertThat(one.exitCode()).as(one.output()).isZero();
      assertThat(floats(weights)).containsExactly(alone.weights(), within(2e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aRunThatWasKilledEndsWithTheWeightsOfAnUnbrokenOne(int iterations) throws IOException {
    Path weights = folder.resolve("weights");
    Path output = folder.resolve("output");
    int steps = 60;
    try (ChildJvm first =
        process(weights, output.toString(), steps, iterations, Map.of("WORLD_SIZE", "1"))) {
      awaitCheckpoint(output, first);
      first.kill();
      assertThat(first.exitCode()).isEqualTo(137);
    }
    assertThat(weights).doesNotExist();
    try (ChildJvm second =
            process(weights, output.toString(), steps, iterations, Map.of("WORLD_SIZE", "1"));
        TinyTraining unbroken = train(spec(iterations), 4, 2, steps, null)) {
      assertThat(second.exitCode()).as(second.output()).isZero();
      assertThat(floats(weights)).containsExactly(unbroken.weights());
    }
  }

  @Test
  void aRunThatIsAskedToStopSavesFirstAndGoesOnLater() {
    Path output = folder.resolve("output");
    int[] asked = {0};
    try (TinyTraining first = new TinyTraining(setup(spec(2), 12, output), new SingleRank());
        TinyTraining second = new TinyTraining(setup(spec(2), 12, output), new SingleRank());
        TinyTraining unbroken = train(spec(2), 4, 2, 12, null)) {
      long stopped = first.run(() -> ++asked[0] >= 5);
      assertThat(stopped).as("the second iteration of the chunk is made first").isEqualTo(6);
      assertThat(second.run(() -> false)).isEqualTo(12);
      assertThat(second.weights()).containsExactly(unbroken.weights());
    }
  }

  @Test
  void aSecondIterationLearnsFromTheSameCompletionsOffPolicy() {
    try (TinyTraining training = train(spec(2), 4, 4, 2, null)) {
      Map<String, Double> first = training.metrics.get(0);
      Map<String, Double> second = training.metrics.get(1);
      assertThat(second.get("reward")).isEqualTo(first.get("reward"));
      assertThat(second.get("loss")).isNotEqualTo(first.get("loss"));
    }
  }

  @Test
  void aBrokenCheckpointIsNamedWithTheWayOut() throws IOException {
    Path output = folder.resolve("output");
    train(spec(1), 4, 4, 4, output).close();
    Path newest = output.resolve("checkpoints/checkpoint-4");
    Files.write(newest.resolve("model.safetensors"), new byte[10]);
    try (TinyTraining again = new TinyTraining(setup(spec(1), 6, output), new SingleRank())) {
      assertThatThrownBy(() -> again.run(() -> false))
          .isInstanceOf(VlmR1Exception.class)
          .hasMessageContaining("checkpoint-4: model.safetensors has 10 bytes of")
          .hasMessageContaining("remove this folder to go on from checkpoint-2");
    }
  }

  private static double mean(List<Map<String, Double>> metrics) {
    return metrics.stream()
        .mapToDouble(step -> step.get("rewards/wanted/mean"))
        .average()
        .orElse(0);
  }

  static GrpoSpec spec(int iterations) {
    return spec(iterations, Loss.GRPO);
  }

  private static GrpoSpec spec(int iterations, Loss loss) {
    return new GrpoSpec(
        4,
        iterations,
        0.04,
        0.2,
        null,
        null,
        loss,
        ImportanceSampling.TOKEN,
        ScaleRewards.GROUP,
        false,
        8,
        SamplingSpec.defaults(),
        0,
        null);
  }

  private static TinyTraining.Setup setup(GrpoSpec spec, long steps, Path output) {
    return new TinyTraining.Setup(spec, 4, 2, steps, output);
  }

  private static TinyTraining train(
      GrpoSpec spec, int prompts, int perMicroBatch, long steps, @Nullable Path output) {
    TinyTraining training =
        new TinyTraining(
            new TinyTraining.Setup(spec, prompts, perMicroBatch, steps, output), new SingleRank());
    training.run(() -> false);
    return training;
  }

  private static ChildJvm process(
      Path weights, String output, int steps, int iterations, Map<String, String> environment) {
    return ChildJvm.start(
        TinyTrainingProcess.class,
        environment,
        weights.toString(),
        output,
        Integer.toString(steps),
        Integer.toString(iterations));
  }

  private static Map<String, String> environment(int port, int rank) {
    return Map.of(
        "MASTER_ADDR",
        "127.0.0.1",
        "MASTER_PORT",
        Integer.toString(port),
        "WORLD_SIZE",
        "2",
        "RANK",
        Integer.toString(rank));
  }

  private static void awaitCheckpoint(Path output, ChildJvm child) throws IOException {
    Path checkpoints = output.resolve("checkpoints");
    while (child.running()) {
      if (Files.isDirectory(checkpoints)) {
        try (Stream<Path> whole = Files.list(checkpoints)) {
          if (whole.anyMatch(path -> path.getFileName().toString().startsWith("checkpoint-"))) {
            return;
          }
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError(child.output());
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    float[] values = new float[bytes.remaining() / 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat();
    }
    return values;
  }
}

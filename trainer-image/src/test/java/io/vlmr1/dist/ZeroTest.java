package io.vlmr1.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ChildJvm;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.dist.ZeroTraining.Result;
import io.vlmr1.dist.ZeroTraining.Variant;
import io.vlmr1.nn.WholeStorage;
import io.vlmr1.tensor.Natives;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every stage, with two and four real processes, gives the gradients and weights of one process
 * that goes through the sequences one by one.
 */
class ZeroTest {
  /** What the order of float32 sums leaves. */
  private static final double EXACT = 1e-5;

  /** Rollouts multiply by a packed copy of the weights where these are always here. */
  private static final double KERNELS = 1e-4;

  @TempDir static Path folder;
  private static final Map<String, Result> PLAIN = new ConcurrentHashMap<>();

  @BeforeAll
  static void train() throws IOException {
    Natives.load();
    Natives.setThreads(1);
    for (String job : jobs().toList()) {
      PLAIN.put(job, run(job, new SingleRank()));
    }
    for (int size : new int[] {2, 4}) {
      String setups = String.join(",", jobs().flatMap(ZeroTest::stages).toList());
      List<ChildJvm> ranks = start(size, setups);
      for (ChildJvm rank : ranks) {
        assertThat(rank.exitCode()).as(rank.output()).isZero();
        rank.close();
      }
    }
  }

  private static Result run(String job, Ranks ranks) {
    String[] parts = job.split(":", -1);
    return ZeroTraining.run(parts[0], Variant.valueOf(parts[1]), ranks, WholeStorage::new);
  }

  private static List<ChildJvm> start(int size, String setups) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    List<ChildJvm> ranks = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      ranks.add(
          ChildJvm.start(
              ZeroProcess.class,
              Map.of(
                  "JAVA_TOOL_OPTIONS",
                  "-Dreference.dir=" + ReferenceFolder.path().toAbsolutePath()),
              Integer.toString(port),
              Integer.toString(rank),
              Integer.toString(size),
              folder.toString(),
              setups));
    }
    return ranks;
  }

  /** A model of every family; what may train, of one of them. */
  static Stream<String> jobs() {
    String one = ReferenceFolder.models("qwen2_5_vl").get(0);
    Stream<String> families =
        ReferenceFolder.models().stream()
            .filter(model -> ReferenceFolder.conversations(model).contains("two_images"))
            .map(model -> model + ":" + Variant.ALL);
    Stream<String> variants =
        Stream.of(Variant.UNEVEN, Variant.FROZEN, Variant.LORA, Variant.MIXED)
            .map(variant -> one + ":" + variant);
    return Stream.concat(families, variants);
  }

  private static Stream<String> stages(String job) {
    return IntStream.rangeClosed(0, 3).mapToObj(stage -> job + ":" + stage);
  }

  static Stream<String> float32() {
    return jobs().filter(job -> !job.endsWith(Variant.MIXED.name()));
  }

  @ParameterizedTest
  @MethodSource("float32")
  void everyStageHasTheGradientsAndWeightsOfOneProcess(String job) throws IOException {
    Result plain = plain(job);
    for (int size : new int[] {2, 4}) {
      for (int stage = 0; stage <= 3; stage++) {
        Result found = read(job, stage, size, 0);
        String what = job + " stage " + stage + " of " + size;
        assertThat(found.moment()).as(what).hasSameSizeAs(plain.moment());
        assertThat(relative(found.moment(), plain.moment())).as(what).isLessThan(EXACT);
        assertThat(relative(found.weights(), plain.weights())).as(what).isLessThan(EXACT);
        assertThat(relative(found.logits(), plain.logits())).as(what).isLessThan(KERNELS);
      }
    }
    assertThat(length(plain.moment())).as("there are gradients").isPositive();
  }

  /** Four ranks have a pass each: then every stage sums the same numbers in the same order. */
  @ParameterizedTest
  @MethodSource("jobs")
  void stagesAgreeInEveryBit(String job) throws IOException {
    Result unspread = read(job, 0, 4, 0);
    for (int stage = 1; stage <= 3; stage++) {
      Result found = read(job, stage, 4, 0);
      assertThat(found.moment()).as(job + " stage " + stage).isEqualTo(unspread.moment());
      assertThat(found.weights()).as(job + " stage " + stage).isEqualTo(unspread.weights());
    }
    assertThat(read(job, 1, 2, 0).weights())
        .as("gradients are accumulated before they are summed in stages 0 and 1")
        .isEqualTo(read(job, 0, 2, 0).weights());
    assertThat(read(job, 3, 2, 0).weights())
        .as("and summed before they are accumulated in stages 2 and 3")
        .isEqualTo(read(job, 2, 2, 0).weights());
  }

  @Test
  void twoProcessesHoldHalfOfOptimizerStateAndGradientsEach() throws IOException {
    for (String job : jobs().filter(each -> each.endsWith(Variant.ALL.name())).toList()) {
      Result plain = plain(job);
      for (int rank = 0; rank < 2; rank++) {
        Result first = read(job, 1, 2, rank);
        assertThat(first.optimizerBytes()).isLessThan(55 * plain.optimizerBytes() / 100);
        assertThat(first.gradientBytes()).isEqualTo(plain.gradientBytes());
        for (int stage = 2; stage <= 3; stage++) {
          Result found = read(job, stage, 2, rank);
          assertThat(found.optimizerBytes()).isLessThan(55 * plain.optimizerBytes() / 100);
          assertThat(found.gradientBytes()).isLessThan(55 * plain.gradientBytes() / 100);
        }
      }
    }
  }

  private static Result plain(String job) {
    return Objects.requireNonNull(PLAIN.get(job));
  }

  private static Result read(String job, int stage, int size, int rank) throws IOException {
    Path file = folder.resolve(ZeroProcess.file(job + ":" + stage, size, rank));
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      long gradients = in.readLong();
      long optimizer = in.readLong();
      return new Result(floats(in), floats(in), floats(in), gradients, optimizer);
    }
  }

  private static float[] floats(DataInputStream in) throws IOException {
    float[] values = new float[in.readInt()];
    ByteBuffer.wrap(in.readNBytes(4 * values.length)).asFloatBuffer().get(values);
    return values;
  }

  private static double relative(float[] found, float[] expected) {
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
    }
    return Math.sqrt(difference) / length(expected);
  }

  private static double length(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}

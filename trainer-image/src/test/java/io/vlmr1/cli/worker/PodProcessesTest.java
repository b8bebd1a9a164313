package io.vlmr1.cli.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.cli.WorkerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod whose only container's first process starts two workers. */
class PodProcessesTest {
  private static final String MODEL = "model.safetensors";

  @TempDir static Path folder;
  private static Volume volume;

  @BeforeAll
  static void makeVolume() throws IOException {
    volume = Volume.in(folder);
  }

  private static Path job(String workers, int steps) throws IOException {
    return volume.job(Map.of("replicas: 1", workers, "maxSteps: 12", "maxSteps: " + steps));
  }

  private static ChildJvm pod(Path job, OutputLayout output) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>(volume.environment(job, output));
    environment.put("MASTER_ADDR", "127.0.0.1");
    environment.put("MASTER_PORT", Integer.toString(Volume.freePort()));
    environment.put("WORLD_SIZE", "2");
    environment.put("NODE_RANK", "0");
    environment.put("NPROC_PER_NODE", "2");
    return ChildJvm.start(WorkerMain.class, environment);
  }

  @Test
  void onePodOfTwoProcessesTrainsAsTwoPodsOfOne() throws IOException {
    OutputLayout apart = volume.output("apart");
    for (ChildJvm rank : volume.start(job("replicas: 2", 5), apart, 2)) {
      assertThat(rank.exitCode()).as(rank.output()).isZero();
      rank.close();
    }
    OutputLayout together = volume.output("together");
    try (ChildJvm pod = pod(job("replicas: 1, processesPerWorker: 2", 5), together)) {
      assertThat(pod.exitCode()).as(pod.output()).isZero();
      assertThat(pod.output()).contains("step 5/5");
    }
    assertThat(together.finalModel().resolve(MODEL))
        .hasSameBinaryContentAs(apart.finalModel().resolve(MODEL));
  }

  @Test
  void theFailureOfOneEndsThePodWithItsWords() throws IOException {
    OutputLayout output = volume.output("failed");
    try (ChildJvm pod = pod(job("replicas: 1, processesPerWorker: 2", 2000), output)) {
      pod.awaitOutput("step 1/"); // of 2000 each fortieth is told
      children(pod).get(1).destroyForcibly();
      assertThat(pod.exitCode()).as(pod.output()).isEqualTo(137);
    }
    TerminationMessage words =
        TerminationMessage.parse(Files.readString(folder.resolve("termination"))).orElseThrow();
    assertThat(words.exitCode()).isEqualTo(137);
    assertThat(words.message()).contains("local rank");
  }

  @Test
  void aPodThatIsAskedToStopSavesFirst() throws IOException {
    OutputLayout output = volume.output("stopped");
    Path job =
        volume.job(
            Map.of(
                "replicas: 1",
                "replicas: 1, processesPerWorker: 2",
                "maxSteps: 12",
                "maxSteps: 2000",
                "everySteps: 2",
                "everySteps: 4000")); // what is saved is saved by the stop
    try (ChildJvm pod = pod(job, output)) {
      pod.awaitOutput("step 1/"); // of 2000 each fortieth is told
      List<ProcessHandle> children = children(pod);
      pod.terminate();
      assertThat(pod.exitCode()).as(pod.output()).isEqualTo(ExitCode.TERMINATED.code());
      assertThat(children).noneMatch(ProcessHandle::isAlive);
    }
    try (Stream<Path> saved = Files.list(output.checkpoints())) {
      assertThat(saved.map(path -> path.getFileName().toString()))
          .isNotEmpty()
          .noneMatch(name -> name.endsWith(".partial"));
    }
  }

  private static List<ProcessHandle> children(ChildJvm pod) {
    return pod.handle().children().filter(ProcessHandle::isAlive).toList();
  }
}

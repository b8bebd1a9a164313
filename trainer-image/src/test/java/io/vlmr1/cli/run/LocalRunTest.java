package io.vlmr1.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.StepConsole;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local runner over real child processes that really fail. */
class LocalRunTest {
  @TempDir Path folder;
  private OutputLayout output = new OutputLayout(Path.of(""));

  @BeforeEach
  void dataAndModel() throws IOException {
    output = new OutputLayout(folder.resolve("out"));
    Files.createDirectories(folder.resolve("model"));
    Files.writeString(folder.resolve("model/config.json"), "{}");
    Files.writeString(folder.resolve("train.jsonl"), "");
    Files.writeString(folder.resolve("held_out.jsonl"), "");
  }

  @Test
  void trainsWithAllWorkersThenEvaluatesThenSaysSo() throws Exception {
    StringWriter console = new StringWriter();
    assertThat(run(FakeWorker.NONE, console)).isZero();
    assertThat(Files.readString(output.root().resolve("seen-1-0"))).startsWith("127.0.0.1 2 ");
    assertThat(Files.readString(output.root().resolve("seen-1-1"))).startsWith("127.0.0.1 2 ");
    assertThat(status().phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(status().step()).isEqualTo(FakeWorker.STEPS);
    assertThat(status().evaluations().get(0).metrics()).containsEntry("accuracy", 0.75);
    assertThat(console.toString())
        .contains("step 6/6  reward 0.600")
        .contains("evaluation held-out: accuracy 0.750");
  }

  @Test
  void looksAtEveryCheckpointThatIsThereWhenTrainingIsOver() throws Exception {
    Path file = folder.resolve("grpojob.yaml");
    Files.writeString(
        file,
        yaml(FakeWorker.NONE)
            .replace("task: rec, dataset", "task: rec, when: everyCheckpoint, dataset"));
    assertThat(LocalRun.run(settings(file), console(new StringWriter()))).isZero();
    assertThat(status().evaluations().get(0).checkpoints())
        .extracting(one -> one.checkpoint() + " " + one.state())
        .containsExactly(
            "checkpoint-1 SUCCEEDED",
            "checkpoint-2 SUCCEEDED",
            "checkpoint-3 SUCCEEDED",
            "checkpoint-4 SUCCEEDED",
            "checkpoint-5 SUCCEEDED",
            "final SUCCEEDED");
    assertThat(output.evaluation("held-out", "checkpoint-5")).exists();
  }

  @Test
  void saysThatAServerBesideAnEvaluationIsTheClusters() throws Exception {
    Path file = folder.resolve("grpojob.yaml");
    Files.writeString(
        file,
        yaml(FakeWorker.NONE)
            .replace("task: rec, dataset", "task: rec, engine: vllm, server: {image: i}, dataset"));
    StringWriter console = new StringWriter();
    assertThat(LocalRun.run(settings(file), console(console))).isZero();
    assertThat(status().phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(status().evaluations().get(0).state()).isEqualTo(EvaluationStatus.State.FAILED);
    assertThat(console.toString()).contains("vlmr1 eval --server asks one of yours");
  }

  @Test
  void startsTheGangAgainFromTheNewestCheckpointWhenAWorkerIsKilled() throws Exception {
    StringWriter console = new StringWriter();
    assertThat(run("1:1:4:kill", console)).isZero();
    GrpoJobStatus status = status();
    assertThat(status.attempts()).hasSize(2);
    assertThat(status.attempts().get(0).cause()).contains("rank 1").contains("137");
    assertThat(status.attempts().get(1).firstStep()).isPositive();
    assertThat(status.restarts()).isEqualTo(1);
    assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(MetricsLog.read(output.metrics()))
        .extracting(MetricsLog.Step::step)
        .containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void doesNotRepeatWhatNoRepetitionMends() throws Exception {
    StringWriter console = new StringWriter();
    assertThat(run("1:0:2:11", console)).isEqualTo(ExitCode.BAD_DATA.code());
    GrpoJobStatus status = status();
    assertThat(status.phase()).isEqualTo(Phase.FAILED);
    assertThat(status.attempts()).hasSize(1);
    assertThat(Objects.requireNonNull(status.failure()).message())
        .isEqualTo("train.jsonl:7: not JSON");
    assertThat(console.toString())
        .contains("error: rank 0 failed with 11 (BAD_DATA): train.jsonl:7");
  }

  @Test
  void givesUpWhenTheBudgetOfRestartsIsSpent() throws Exception {
    assertThat(run("*:1:0:17", new StringWriter())).isEqualTo(ExitCode.PEER_LOST.code());
    assertThat(status().attempts()).hasSize(3); // maxRestarts: 2
  }

  @Test
  void takesAnotherPortWithoutSpendingARestartWhenTheFirstIsTaken() throws Exception {
    assertThat(run("1:0:1:15", new StringWriter())).isZero();
    assertThat(status().restarts()).isZero();
    assertThat(status().disruptions()).isEqualTo(1);
  }

  @Test
  void startsAgainWhenNothingMovesAnyMore() throws Exception {
    assertThat(run("1:0:3:hang", new StringWriter())).isZero();
    assertThat(status().attempts().get(0).cause()).contains("stallTimeoutSeconds");
  }

  @Test
  void doesNothingTwice() throws Exception {
    assertThat(run(FakeWorker.NONE, new StringWriter())).isZero();
    StringWriter console = new StringWriter();
    assertThat(run(FakeWorker.NONE, console)).isZero();
    assertThat(console.toString()).contains("is complete");
    assertThat(output.root().resolve("seen-2-0")).doesNotExist();
  }

  @Test
  void refusesAFolderThatHoldsAnotherTraining() throws Exception {
    assertThat(run(FakeWorker.NONE, new StringWriter())).isZero();
    Path other = folder.resolve("grpojob.yaml");
    Files.writeString(other, yaml(FakeWorker.NONE).replace("beta: 0.04", "beta: 0.1"));
    assertThatThrownBy(() -> LocalRun.run(settings(other), console(new StringWriter())))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("another --output");
  }

  @Test
  void savesAndEndsItsWorkersOnSigtermAndGoesOnLater() throws Exception {
    Child runner = runner("1:1:3:hang");
    awaitStep(2);
    runner.terminate();
    assertThat(runner.await(30_000)).isTrue();
    assertThat(runner.exitCode()).isEqualTo(ExitCode.TERMINATED.code());
    assertThat(output.root().resolve("saved-0")).exists();
    assertThat(output.root().resolve("saved-1")).exists();
    assertThat(status().phase()).isEqualTo(Phase.SUSPENDED);
    assertAllEnded();

    assertThat(run("1:1:3:hang", new StringWriter())).isZero();
    assertThat(status().attempts()).hasSize(2);
    assertThat(status().attempts().get(1).firstStep()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void leavesNoWorkerBehindWhenItIsKilled() throws Exception {
    Child runner = runner("1:1:3:hang");
    awaitStep(2);
    runner.kill();
    assertThat(runner.await(30_000)).isTrue();
    assertAllEnded();
  }

  @Test
  void refusesToShareAFolderWithAnotherRunner() throws Exception {
    Child runner = runner("1:1:3:hang");
    awaitStep(2);
    assertThatThrownBy(() -> run(FakeWorker.NONE, new StringWriter()))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("another vlmr1 run writes here");
    runner.terminate();
    assertThat(runner.await(30_000)).isTrue();
  }

  private void awaitStep(int step) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Watch.progress(output).map(now -> now.step() < step).orElse(true)) {
      assertThat(System.nanoTime()).as("time limit").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private void assertAllEnded() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      String[] seen = Files.readString(output.root().resolve("seen-1-" + rank)).split(" ", 3);
      var worker = ProcessHandle.of(Long.parseLong(seen[2]));
      if (worker.isPresent()) {
        worker.get().onExit().get(30, TimeUnit.SECONDS);
      }
    }
  }

  private int run(String fault, StringWriter console) throws Exception {
    Path file = folder.resolve("grpojob.yaml");
    Files.writeString(file, yaml(fault));
    return LocalRun.run(settings(file), console(console));
  }

  private Child runner(String fault) throws IOException {
    Path file = folder.resolve("grpojob.yaml");
    Files.writeString(file, yaml(fault));
    return Child.start(
        RunnerProcess.class.getName(),
        List.of(file.toString(), output.root().toString()),
        Map.of(),
        folder.resolve("runner.log"));
  }

  private RunSettings settings(Path file) {
    return RunnerProcess.settings(file, output.root());
  }

  private static StepConsole console(StringWriter text) {
    return new StepConsole(new PrintWriter(text), false);
  }

  private GrpoJobStatus status() {
    return StatusFile.read(output).orElseThrow();
  }

  private static String yaml(String fault) {
    return """
        apiVersion: training.vlmr1.io/v1alpha1
        kind: GrpoJob
        metadata: {name: fake}
        spec:
          model: {source: model}
          data:
            task: rec
            datasets:
            - {name: train, path: train.jsonl}
          grpo: {beta: 0.04}
          workers:
            replicas: 2
            env: [{name: FAKE_FAULT, value: "%s"}]
          restartPolicy: {maxRestarts: 2, backoffSeconds: 0, stallTimeoutSeconds: 3}
          evaluations:
          - {name: held-out, task: rec, dataset: {name: held-out, path: held_out.jsonl}}
        """
        .formatted(fault);
  }
}

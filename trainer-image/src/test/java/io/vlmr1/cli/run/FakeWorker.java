package io.vlmr1.cli.run;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.report.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;

/**
 * A process that keeps a worker's contract without training. FAKE_FAULT says how it misbehaves:
 * `ATTEMPT:RANK:STEP:WHAT`, WHAT one of kill, hang, or an exit code with a message.
 */
public final class FakeWorker {
  static final int STEPS = 6;
  static final String NONE = "0:0:0:none";

  private final OutputLayout output =
      new OutputLayout(Path.of(System.getenv(WorkerEnvironment.OUTPUT_DIR)));
  private final int rank = number(WorkerEnvironment.RANK);
  private final int attempt = number(WorkerEnvironment.ATTEMPT);

  public static void main(String[] arguments) throws Exception {
    FakeWorker worker = new FakeWorker();
    if (System.getenv(WorkerEnvironment.ROLE).equals(WorkerEnvironment.ROLE_EVALUATE)) {
      worker.evaluate(System.getenv(WorkerEnvironment.EVALUATION));
    } else {
      worker.train();
    }
  }

  private void evaluate(String name) throws IOException {
    Path file = output.evaluation(name, System.getenv(WorkerEnvironment.CHECKPOINT));
    Files.createDirectories(file.resolveSibling(".").normalize());
    Files.writeString(file, "{\"metrics\": {\"accuracy\": 0.75, \"iou\": 0.5, \"rows\": 4}}");
  }

  private void train() throws Exception {
    Path seen = output.root().resolve("seen-" + attempt + "-" + rank);
    Files.writeString(
        seen,
        System.getenv(WorkerEnvironment.MASTER_ADDR)
            + " "
            + System.getenv(WorkerEnvironment.WORLD_SIZE)
            + " "
            + ProcessHandle.current().pid());
    int start = newest();
    misbehave(start);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> write(seen.resolveSibling("saved-" + rank), "yes")));
    try (MetricsLog metrics =
        MetricsLog.open(rank == 0 ? output.metrics() : seen.resolveSibling("other"), start)) {
      for (int step = start + 1; step <= STEPS; step++) {
        misbehave(step);
        Thread.sleep(30); // so long a step takes
        if (rank == 0) {
          metrics.write(step, Map.of("reward", step / 10.0));
          progress(step);
          Files.createDirectories(output.checkpoint(step));
        }
      }
    }
    if (rank == 0) {
      Files.createDirectories(output.finalModel());
      Files.writeString(output.finalModel().resolve("config.json"), "{}");
    }
  }

  private void misbehave(int step) throws Exception {
    String[] fault = System.getenv().getOrDefault("FAKE_FAULT", NONE).split(":", 4);
    boolean anyAttempt = fault[0].equals("*");
    if ((!anyAttempt && Integer.parseInt(fault[0]) != attempt)
        || Integer.parseInt(fault[1]) != rank
        || Integer.parseInt(fault[2]) > step) {
      return;
    }
    switch (fault[3]) {
      case "kill" -> {
        long pid = ProcessHandle.current().pid();
        new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor();
      }
      case "hang" -> Thread.sleep(600_000);
      default -> {
        ExitCode code = ExitCode.of(Integer.parseInt(fault[3])).orElseThrow();
        Files.writeString(
            Path.of(System.getenv(WorkerEnvironment.TERMINATION_LOG)),
            TerminationMessage.of(code, "train.jsonl:7: not JSON").toJson());
        System.exit(code.code());
      }
    }
  }

  private void progress(int step) throws IOException {
    Progress now =
        new Progress(
            step,
            STEPS,
            1.0,
            step / 10.0,
            null,
            null,
            null,
            null,
            null,
            null,
            "checkpoint-" + step,
            attempt,
            Progress.State.TRAINING,
            Instant.now().toString(),
            null);
    Path partial = output.root().resolve(".fake");
    Files.writeString(partial, now.toJson());
    Files.move(partial, output.progress(), StandardCopyOption.REPLACE_EXISTING);
  }

  private int newest() {
    int newest = 0;
    for (int step = 1; step <= STEPS; step++) {
      newest = Files.exists(output.checkpoint(step)) ? step : newest;
    }
    return newest;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int number(String name) {
    return Integer.parseInt(System.getenv().getOrDefault(name, "0"));
  }
}

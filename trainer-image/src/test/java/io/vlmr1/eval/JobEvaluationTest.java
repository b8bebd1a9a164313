package io.vlmr1.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.serve.ChatEngine;
import io.vlmr1.serve.ChatServer;
import io.vlmr1.serve.TinyFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of checkpoints, by our own engine and by a server beside it. */
class JobEvaluationTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private TinyFolder tiny;

  @SuppressWarnings("NullAway.Init")
  private OutputLayout output;

  @BeforeEach
  void aCheckpoint() throws IOException {
    tiny = TinyFolder.in(folder.resolve("data"));
    output = new OutputLayout(folder.resolve("out"));
    Files.createDirectories(output.checkpoint(5));
    try (Stream<Path> files = Files.list(tiny.model())) {
      for (Path file : files.toList()) {
        Files.copy(file, output.checkpoint(5).resolve(file.getFileName()));
      }
    }
  }

  @Test
  void aServerOfTheSameModelFindsTheSame() {
    EvaluationResult own = run("checkpoint-5", null);
    assertThat(own.metrics()).containsEntry("rows", 6.0).containsKey("iou");
    assertThat(own.checkpoint()).isEqualTo("checkpoint-5");
    Path file = output.evaluation("held-out", "checkpoint-5");
    assertThat(file).exists();
    String results = read(file);
    try (OpenModel model = tiny.open();
        ChatEngine engine = new ChatEngine(model, 32);
        ChatServer server =
            ChatServer.start(
                engine, new ChatServer.Settings("127.0.0.1", 0, "test", 64, 1_000_000))) {
      URI base = URI.create("http://127.0.0.1:" + server.port() + "/v1");
      assertThat(run("checkpoint-5", base)).isEqualTo(own);
      assertThat(read(file)).as("every answer, box and overlap").isEqualTo(results);
    }
  }

  @Test
  void aServerThatDoesNotGetReadyIsNamed() {
    assertThatThrownBy(() -> run("checkpoint-5", URI.create("http://127.0.0.1:9/v1")))
        .isInstanceOfSatisfying(
            VlmR1Exception.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.SERVER_SILENT))
        .hasMessageContaining("http://127.0.0.1:9/v1/models gave no model within 1 s");
  }

  @Test
  void aCheckpointThatIsGoneOrNoneIsNamed() {
    assertThatThrownBy(() -> run("checkpoint-4", null)).hasMessageContaining("is there no more");
    assertThatThrownBy(() -> run("../data/model", null)).hasMessageContaining("no name of");
    assertThatThrownBy(() -> run(OutputLayout.FINAL, null)).hasMessageContaining("holds no model");
  }

  private EvaluationResult run(String checkpoint, @Nullable URI server) {
    GrpoJob job =
        JobFile.parse(
            "job",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: test}
            spec:
              model: {source: model}
              data:
                task: rec
                datasets: [{name: train, path: train.jsonl, images: images}]
              training: {precision: float32}
              evaluations:
              - name: held-out
                task: rec
                when: everyCheckpoint
                maxRows: 6
                maxNewTokens: 24
                dataset: {name: h, path: held_out.jsonl, images: images}
                engine: %s
            """
                .formatted(
                    server == null
                        ? "own"
                        : "server\n    server: {image: i, args: ['{model}'], readySeconds: 1}"));
    return JobEvaluation.run(
        job, "held-out", new JobEvaluation.Subject(checkpoint, server), tiny.data(), output);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

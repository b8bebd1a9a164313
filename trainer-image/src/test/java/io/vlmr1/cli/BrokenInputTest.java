package io.vlmr1.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.cli.run.Child;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.shapes.Shapes;
import io.vlmr1.shapes.ShapesSettings;
import io.vlmr1.tensor.Dtype;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What users get wrong: each time one line that says where and what to do, the contract's exit
 * code, and nothing half-written.
 */
class BrokenInputTest {
  private static final String JOB =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: broken}
      spec:
        model: {source: model}
        data:
          task: rec
          datasets: [{name: train, path: train.jsonl, images: images}]
        rewards: [{name: accuracy, weight: 1.0}]
        grpo: {generations: 2, maxCompletionTokens: 4}
        training: {maxSteps: 1, completionsPerDevice: 2}
        restartPolicy: {maxRestarts: 1, backoffSeconds: 0}
      """;

  @TempDir static Path good;
  @TempDir Path folder;

  @BeforeAll
  static void makeData() throws IOException {
    ShapesSettings standard = ShapesSettings.standard();
    Shapes.write(new ShapesSettings(1, standard.difficulty(), 1, 4, 1, 1, standard.model()), good);
    try (VisionLanguageModel model = ModelLoader.random(good.resolve("model"), Dtype.FLOAT32, 1)) {
      ModelSaver.save(model, good.resolve("model"), good.resolve("model"));
    }
  }

  @BeforeEach
  void copyData() throws IOException {
    try (Stream<Path> files = Files.walk(good)) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(good.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    Files.writeString(folder.resolve("grpojob.yaml"), JOB);
  }

  @Test
  void trainsWhenNothingIsBroken() {
    Result result = run();
    assertThat(result.code()).as(result.text()).isZero();
    assertThat(folder.resolve("out/final/model.safetensors")).exists();
    assertThat(folder.resolve("out/report.html")).exists();
  }

  @Test
  void namesTheLineWhoseImageIsMissing() throws IOException {
    Files.delete(folder.resolve("images/train/00002.png"));
    run().refuses(ExitCode.BAD_DATA, "train.jsonl:3: image", "name the folder that holds it");
  }

  @Test
  void namesTheLineThatIsNotJson() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("train.jsonl")));
    lines.set(1, "{\"id\": 1,");
    Files.write(folder.resolve("train.jsonl"), lines);
    run().refuses(ExitCode.BAD_DATA, "train.jsonl:2: not JSON");
  }

  @Test
  void namesTheImageThatIsNoPicture() throws IOException {
    for (int row = 0; row < 4; row++) {
      Files.writeString(folder.resolve("images/train/0000" + row + ".png"), "not a picture");
    }
    run().refuses(ExitCode.BAD_DATA, "train.jsonl:", ".png: not a picture of a known kind");
  }

  @Test
  void namesTheWeightFileThatIsTruncated() throws IOException {
    Path weights = folder.resolve("model/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    run().refuses(ExitCode.BAD_MODEL, "model.safetensors", "truncated", "write the file again");
  }

  @Test
  void namesTheTensorThatDoesNotFitTheVocabulary() throws IOException {
    Path config = folder.resolve("model/config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replaceAll("\"vocab_size\" ?: ?\\d+", "\"vocab_size\" : 7777"));
    run().refuses(ExitCode.BAD_MODEL, "embed_tokens", "7777");
  }

  @Test
  void namesTheModelFolderThatIsAbsent() throws IOException {
    edit("source: model", "source: models/none");
    run().refuses(ExitCode.BAD_MODEL, "spec.model.source", "models/none", "give the folder");
  }

  @Test
  void namesTheRewardThatNobodyKnows() throws IOException {
    edit("name: accuracy", "name: acuracy");
    run().refuses(ExitCode.BAD_SPEC, "spec.rewards", "acuracy");
  }

  @Test
  void namesTheBatchThatIsNotWhole() throws IOException {
    edit("completionsPerDevice: 2", "completionsPerDevice: 3");
    run().refuses(ExitCode.BAD_SPEC, "spec.training.completionsPerDevice", "3");
  }

  @Test
  void namesTheOutputVolumeThatCannotBeWritten() throws IOException {
    Files.writeString(folder.resolve("out"), "a file where the folder should be");
    run().refuses(ExitCode.OUTPUT_VOLUME, folder.resolve("out").toString(), "space");
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Path log = folder.resolve("worker.log");
      Child worker =
          Child.start(
              WorkerMain.class.getName(),
              List.of(),
              Map.of(
                  WorkerEnvironment.JOB_FILE, folder.resolve("grpojob.yaml").toString(),
                  WorkerEnvironment.DATA_DIR, folder.toString(),
                  WorkerEnvironment.OUTPUT_DIR, folder.resolve("out").toString(),
                  WorkerEnvironment.TERMINATION_LOG, folder.resolve("words").toString(),
                  WorkerEnvironment.PROGRESS_PORT, Integer.toString(taken.getLocalPort())),
              log);
      assertThat(worker.await(120_000)).isTrue();
      new Result(worker.exitCode(), worker.output())
          .refuses(ExitCode.ADDRESS_IN_USE, "port " + taken.getLocalPort(), "set ");
    }
  }

  private void edit(String from, String to) throws IOException {
    assertThat(JOB).contains(from);
    Files.writeString(folder.resolve("grpojob.yaml"), JOB.replace(from, to));
  }

  private Result run() {
    StringWriter text = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
    int code =
        command.execute(
            "run",
            "-f",
            folder.resolve("grpojob.yaml").toString(),
            "--output",
            folder.resolve("out").toString());
    return new Result(code, text.toString());
  }

  private final class Result {
    private final int code;
    private final String text;

    Result(int code, String text) {
      this.code = code;
      this.text = text;
    }

    int code() {
      return code;
    }

    String text() {
      return text;
    }

    void refuses(ExitCode expected, String... words) throws IOException {
      assertThat(code).as(text).isEqualTo(expected.code());
      List<String> errors = text.lines().filter(line -> line.startsWith("error: ")).toList();
      assertThat(errors).as(text).hasSize(1);
      assertThat(errors.get(0)).contains(words);
      assertThat(text).doesNotContain("\tat "); // a stack trace is no message
      assertNothingHalfWritten();
    }

    private void assertNothingHalfWritten() throws IOException {
      if (Files.isDirectory(folder.resolve("out"))) {
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
          assertThat(files.map(file -> file.getFileName().toString()))
              .noneMatch(name -> name.endsWith(".partial"))
              .doesNotContain("checkpoint-1", "final");
        }
      }
    }
  }
}

package io.vlmr1.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.shapes.Difficulty;
import io.vlmr1.shapes.Shapes;
import io.vlmr1.shapes.ShapesSettings;
import io.vlmr1.shapes.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of a job whose model has a config and no weights. */
class PlanCommandTest {
  @TempDir static Path folder;
  private static Path job;

  @BeforeAll
  static void make() throws IOException {
    TinyModel sizes = new TinyModel(32, 2, 2, 1, 64, 32, 2, 2, 64, true, 0.08);
    Shapes.write(
        new ShapesSettings(1, Difficulty.standard(), 4, 12, 4, 4, sizes), folder.resolve("data"));
    job =
        Files.writeString(
            folder.resolve("grpojob.yaml"),
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: planned}
            spec:
              model: {source: model}
              data:
                task: default
                datasets: [{name: train, path: train.jsonl, images: images}]
              rewards: [{name: format}]
              grpo: {generations: 4, maxCompletionTokens: 64}
              training: {maxSteps: 3, promptsPerDevice: 2, threadsPerProcess: 1}
            """);
  }

  private static String plan(String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments =
        new ArrayList<>(
            List.of("plan", "-f", job.toString(), "--data", folder.resolve("data").toString()));
    arguments.addAll(List.of(more));
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(new String[0]));
    assertThat(code).as(err.toString()).isEqualTo(ExitCode.OK.code());
    return out.toString();
  }

  private static JsonNode json(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    return new ObjectMapper().readTree(plan(arguments.toArray(new String[0])));
  }

  @Test
  void partsAddUpToThePeak() throws IOException {
    JsonNode bytes = json("--memory", "64Gi").path("memory_bytes");
    long standing = 0;
    for (String part : List.of("runtime", "weights", "gradients", "optimizer", "pictures")) {
      assertThat(bytes.path(part).asLong()).as(part).isPositive();
      standing += bytes.path(part).asLong();
    }
    long most = Math.max(sum(bytes.path("rollout")), sum(bytes.path("update")));
    assertThat(bytes.path("peak").asLong()).isEqualTo(standing + most);
  }

  private static long sum(JsonNode parts) {
    long sum = 0;
    for (JsonNode part : parts) {
      sum += part.asLong();
    }
    return sum;
  }

  @Test
  void saysWhatFitsIntoALimit() throws IOException {
    assertThat(json("--memory", "64Gi").path("suggestion").asText())
        .isEqualTo("it fits as it is set");
    assertThat(json("--memory", "1Mi").path("suggestion").asText()).startsWith("nothing here fits");
  }

  @Test
  void countsGivenPromptsAndRates() throws IOException {
    JsonNode small = json("--prompt-tokens", "500", "--gflops", "100", "--memory-gbps", "10");
    JsonNode large = json("--prompt-tokens", "1500", "--gflops", "100", "--memory-gbps", "10");
    assertThat(large.path("seconds").path("forward").asDouble())
        .isGreaterThan(small.path("seconds").path("forward").asDouble());
    assertThat(sum(large.path("memory_bytes").path("update")))
        .isGreaterThan(sum(small.path("memory_bytes").path("update")));
  }

  @Test
  void givenRatesOweNothingToThisMachine() throws IOException {
    String[] rates = {"--prompt-tokens", "500", "--gflops", "100", "--memory-gbps", "10"};
    for (String phase : List.of("prefill", "forward", "backward")) {
      assertThat(json(rates).path("seconds").path(phase).asDouble())
          .as(phase)
          .isEqualTo(json(rates).path("seconds").path(phase).asDouble())
          .isPositive();
    }
  }

  @Test
  void tellsPeopleInTables() {
    assertThat(plan("--memory", "64Gi"))
        .contains("memory of a process", "time of a step", "as set", "precision: bfloat16");
  }
}

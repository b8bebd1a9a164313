package io.vlmr1.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RewardCommandTest {
  @TempDir private Path folder;

  @Test
  void scoresAFileOfCompletions() throws Exception {
    Path input = folder.resolve("completions.jsonl");
    Path output = folder.resolve("scored.jsonl");
    Files.writeString(
        input,
        """
        {"text": "<think>a</think><answer>\\\\frac{2}{4}</answer>", "truth": "0.5", "method": "math_equal"}
        {"text": "it is B", "truth": "A", "method": "mcq"}
        """);
    StringWriter printed = new StringWriter();

    int code = commandLine(printed).execute("reward", input.toString(), "-o", output.toString());

    assertThat(code).isZero();
    List<String> lines = Files.readAllLines(output);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.get("accuracy").get("score").asDouble()).isEqualTo(1);
    assertThat(first.get("total").asDouble()).isEqualTo(2);
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.get("accuracy").get("reason").asText()).isEqualTo("chose B, A is right");
    assertThat(printed.toString())
        .contains("accuracy                    2   0.5000        0")
        .contains("2 completions");
  }

  @Test
  void scoresHalvesOfSurrogatePairsToTheLastLine() throws Exception {
    Path input = folder.resolve("completions.jsonl");
    Path output = folder.resolve("scored.jsonl");
    Files.writeString(
        input,
        """
        {"text": "\\ud83d <answer>A \\udc00</answer>", "truth": "A \\ud800", "method": "all_match"}
        {"text": "<answer>A</answer>", "truth": "A", "method": "mcq"}
        """);

    int code =
        commandLine(new StringWriter())
            .execute("reward", input.toString(), "-o", output.toString());

    assertThat(code).isZero();
    assertThat(Files.readAllLines(output))
        .hasSize(2)
        .allSatisfy(line -> assertThat(new ObjectMapper().readTree(line)).isNotEmpty());
  }

  @Test
  void namesTheLineThatLacksSomething() throws Exception {
    Path input = folder.resolve("completions.jsonl");
    Files.writeString(input, "{\"text\": \"a\"}\n");
    StringWriter printed = new StringWriter();

    int code = commandLine(printed).execute("reward", input.toString());

    assertThat(code).isNotZero();
    assertThat(printed.toString()).contains("completions.jsonl:1: no \"text\" or no \"truth\"");
  }

  private static CommandLine commandLine(StringWriter printed) {
    PrintWriter out = new PrintWriter(printed, true);
    return Main.commandLine().setOut(out).setErr(out);
  }
}

package io.vlmr1.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.shapes.Toy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation by several processes is the evaluation by one. */
class EvalProcessesTest {
  @TempDir Path folder;

  @BeforeEach
  void draw() throws IOException {
    Toys.write(Toy.CHOICE, folder);
  }

  @Test
  void twoProcessesFindWhatOneFinds() throws IOException {
    Path one = folder.resolve("one.json");
    Path two = folder.resolve("two.json");
    run(0, one);
    run(0, two, "--processes", "2");

    assertThat(new ObjectMapper().readTree(two.toFile()))
        .isEqualTo(new ObjectMapper().readTree(one.toFile()));
    assertThat(folder.resolve("two.json.answers-0.jsonl")).doesNotExist();
    assertThat(folder.resolve("two.json.answers-1.jsonl")).doesNotExist();
  }

  /** The share of a stopped process is taken from its log: a row that it made up comes back. */
  @Test
  void whatWasAnsweredBeforeAStopIsNotAskedAgain() throws IOException {
    Path result = folder.resolve("result.json");
    run(0, result, "--share", "1/2");
    Path log = folder.resolve("result.json.answers-1.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(log));
    assertThat(lines).as("a head and half of twelve rows").hasSize(7);
    lines.set(1, lines.get(1).replaceFirst("\"text\":\"[^\"]*\"", "\"text\":\"made up\""));
    lines.set(6, lines.get(6).substring(0, 10)); // torn while it was written
    Files.write(log, lines);

    run(0, result, "--processes", "2");

    assertThat(result).content().contains("made up");
    assertThat(new ObjectMapper().readTree(result.toFile()).path("results")).hasSize(12);
  }

  @Test
  void aProcessThatFailsIsToldWithItsWords() {
    String said = run(12, folder.resolve("bad.json"), "--processes", "2", "--adapter", "nothing");
    assertThat(said).contains("a process of the evaluation ended with").contains("nothing");
  }

  private String run(int expected, Path output, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("eval", "--model", folder.resolve("model").toString(), "--task", "choice"));
    words.addAll(List.of("--rows", folder.resolve("train.jsonl").toString()));
    words.addAll(List.of("--images", folder.resolve("images").toString()));
    words.addAll(List.of("--max-new-tokens", "6", "--batch", "4", "--output", output.toString()));
    words.addAll(List.of(more));
    StringWriter said = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true))
            .execute(words.toArray(new String[0]));
    assertThat(code).as(said.toString()).isEqualTo(expected);
    return said.toString();
  }
}

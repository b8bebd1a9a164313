package io.vlmr1.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
  private static final String BAD_JOB =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: bad}
      spec:
        model: {source: ""}
        data: {datasets: [{name: train, path: train.jsonl}]}
        grpo: {generations: 1}
        serving: {engine: vllm}
      """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A script that compares gives the usual sizes first, then those of one piece of work. */
  @Test
  void theLastOfRepeatedSizesCountsInBench() {
    CommandLine.ParseResult parsed =
        Main.commandLine()
            .parseArgs("bench", "--completion", "100", "--image", "560x420", "--completion", "200")
            .subcommand();
    assertThat(parsed.<Integer>matchedOptionValue("--completion", 0)).isEqualTo(200);
  }

  @Test
  void explainsEachCommandWithAnExample() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      for (CommandLine leaf :
          command.getSubcommands().isEmpty()
              ? List.of(command)
              : command.getSubcommands().values()) {
        assertThat(leaf.getUsageMessage())
            .as(leaf.getCommandName())
            .contains("Example:")
            .contains("  vlmr1 ");
      }
    }
  }

  @Test
  void listsTheProblemsThatTheOperatorLists() throws IOException {
    Path file = folder.resolve("grpojob.yaml");
    Files.writeString(file, BAD_JOB);
    List<Problem> problems = JobRules.problems(JobFile.read(file));
    assertThat(problems).hasSizeGreaterThan(2);
    assertThat(execute("validate", "-f", file.toString())).isEqualTo(ExitCode.BAD_SPEC.code());
    assertThat(out.toString().lines().limit(problems.size()))
        .containsExactlyElementsOf(problems.stream().map(Problem::toString).toList());
  }

  @Test
  void namesTheFileThatIsNotThere() {
    assertThat(execute("validate", "-f", "none.yaml")).isEqualTo(ExitCode.BAD_SPEC.code());
    assertThat(err.toString()).startsWith("error: none.yaml: no such file");
  }

  @Test
  void answersAWrongCommandLineWithOneLineAndTheUsageCode() {
    assertThat(execute("trian")).isEqualTo(ExitCode.USAGE.code());
    assertThat(execute("run")).isEqualTo(ExitCode.USAGE.code());
    assertThat(execute()).isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.startsWith("error: "));
  }

  private int execute(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}

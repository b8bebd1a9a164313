package io.vlmr1.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What crosses from workers to the operator comes out as it went in. */
class ContractTest {
  @Test
  void progressSurvivesTheWay() {
    Progress progress =
        new Progress(
            3,
            10,
            0.3,
            0.75,
            0.01,
            null,
            41.5,
            900.0,
            2.5,
            17L,
            "checkpoint-2",
            1,
            Progress.State.TRAINING,
            "2026-01-01T00:00:00Z",
            new Progress.Memory(1L << 30, 1L << 31));
    assertThat(progress.toJson()).contains("\"state\":\"training\"").doesNotContain("kl");
    assertThat(Progress.parse(progress.toJson())).contains(progress);
  }

  @Test
  void aNewerWriterMaySayMore() {
    assertThat(Progress.parse("{\"step\":3,\"maxSteps\":9,\"mood\":\"good\"}"))
        .hasValueSatisfying(seen -> assertThat(seen.step()).isEqualTo(3))
        .hasValueSatisfying(seen -> assertThat(seen.state()).isEqualTo(Progress.State.LOADING));
    assertThat(Progress.parse("<html>")).isEmpty();
  }

  @Test
  void howFarATrainingCameIsAmongItsLastWords() {
    Progress last = Progress.parse("{\"step\":9,\"maxSteps\":9,\"attempt\":2}").orElseThrow();
    TerminationMessage words = TerminationMessage.done().reached(last);
    assertThat(TerminationMessage.parse(words.toJson())).contains(words);
  }

  @Test
  void anEvaluationsMetricsComeInTheTerminationMessage() {
    EvaluationResult result =
        new EvaluationResult("held-out", "rec", Map.of("accuracy", 0.9), "checkpoint-9");
    TerminationMessage message = TerminationMessage.of(result);
    assertThat(TerminationMessage.parse(message.toJson())).contains(message);
    assertThat(TerminationMessage.parse("")).isEmpty();
    assertThat(TerminationMessage.parse("Killed")).isEmpty();
    assertThat(TerminationMessage.parse(null)).isEmpty();
  }

  @Test
  void aLongMessageLosesItsMiddleAndFits() {
    String text = "rec.jsonl:4711: " + "ü\"".repeat(4000) + " name the folder in images";
    String json = TerminationMessage.of(ExitCode.BAD_DATA, text).toJson();
    assertThat(json.getBytes(StandardCharsets.UTF_8).length)
        .isBetween(2000, TerminationMessage.MAX_BYTES);
    assertThat(TerminationMessage.parse(json).orElseThrow().message())
        .startsWith("rec.jsonl:4711: ")
        .contains(" … ")
        .endsWith("name the folder in images");
  }

  @Test
  void exitCodesAreDistinctAndFoundByNumber() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
    assertThat(ExitCode.of(11)).contains(ExitCode.BAD_DATA);
    assertThat(ExitCode.BAD_DATA.retryHelps()).isFalse();
    assertThat(ExitCode.PEER_LOST.retryHelps()).isTrue();
    assertThat(ExitCode.of(137)).as("a kill is not of the contract").isEmpty();
  }

  @Test
  void aCheckpointHasItsNameOnlyWhenItIsWhole() {
    OutputLayout output = new OutputLayout(Path.of("/output"));
    assertThat(output.checkpoint(20)).isEqualTo(Path.of("/output/checkpoints/checkpoint-20"));
    assertThat(output.partialCheckpoint(20).getFileName()).hasToString(".checkpoint-20.partial");
    assertThat(output.evaluation("a")).isEqualTo(Path.of("/output/evaluations/a.json"));
    assertThat(output.evaluation("a", "final")).isEqualTo(output.evaluation("a"));
    assertThat(output.evaluation("a", "checkpoint-5"))
        .isEqualTo(Path.of("/output/evaluations/a/checkpoint-5.json"));
    assertThat(output.model("final")).isEqualTo(output.finalModel());
    assertThat(output.model("checkpoint-5")).isEqualTo(output.checkpoint(5));
    assertThat(OutputLayout.step("checkpoint-5")).hasValue(5);
    assertThat(OutputLayout.step("checkpoint-05")).isEmpty();
    assertThat(OutputLayout.step("../checkpoint-5")).isEmpty();
    assertThat(OutputLayout.step(null)).isEmpty();
  }
}

package io.vlmr1.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.reward.Completion.PictureSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Detection and places on screens. */
class JudgesTest {
  private static final String TWO =
      "<answer> ```json\n[{\"bbox_2d\": [0, 0, 100, 100], \"label\": \"cup\"},"
          + " {\"bbox_2d\": [200, 0, 300, 100], \"label\": \"Plate\"}]\n``` </answer>";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<answer>[50, 40]</answer> | true | 1",
        "<answer>click at (50, 40) please</answer> | true | 1",
        "<answer>{\"point\": [ 50.5 , 40 ]}</answer> | true | 1",
        "[50, 40] without tags | true | 1",
        "<answer>[250, 40]</answer> | false | 0",
        "<answer>[20, 20, 100, 100]</answer> | true | 1",
        "<answer>[20, 20, 60, 100]</answer> | true | 0.5",
        "<answer>[300, 300, 400, 400]</answer> | false | 0",
        "<answer>[1, 2, 3]</answer> | false | 0",
        "<answer>nothing</answer> [50, 40] | false | 0",
      })
  void aPlaceOnAScreenIsAPointOrTheMiddleOfABox(String text, boolean correct, double score) {
    Row row = row("[10, 10, 50, 50]"); // the model sees twice the size
    Judge.Verdict verdict = new GuiJudge(true).judge(row, answer(text));
    assertThat(verdict.correct()).isEqualTo(correct);
    assertThat(verdict.score()).isCloseTo(score, within(1e-9));
  }

  @Test
  void aRowIsRightWhenEveryBoxIsFoundAndNothingElse() {
    Judge judge = new DetectionJudge();
    Row row = row(TWO);
    assertThat(judge.judge(row, answer(TWO)).correct()).isTrue();
    String more = TWO.replace("]\n```", ", {\"bbox_2d\": [0, 0, 9, 9], \"label\": \"cup\"}]\n```");
    assertThat(judge.judge(row, answer(more)).score()).isCloseTo(0.8, within(1e-9));
    assertThat(judge.judge(row, answer("```json [{\"bbox_2d\": ```")).score()).isZero();
    assertThat(judge.judge(row("<answer>None</answer>"), answer("<answer>None</answer>")).correct())
        .isTrue();
  }

  @Test
  void namingOneThingTwiceCostsNmsApAndNotAp() {
    String twice =
        "```json\n[{\"bbox_2d\": [0, 0, 100, 100], \"label\": \"bowl\"},"
            + " {\"bbox_2d\": [0, 0, 100, 100], \"label\": \"cup\"},"
            + " {\"bbox_2d\": [200, 0, 300, 100], \"label\": \"plate\"}]\n```";
    Map<String, Double> metrics =
        new DetectionJudge().metrics(List.of(row(TWO)), List.of(answer(twice)));
    assertThat(metrics.get("AP")).isCloseTo(1, within(1e-9));
    assertThat(metrics.get("NMS-AP")).isCloseTo(0.5, within(1e-9));
  }

  private static Answer answer(String text) {
    return new Answer(text, 1, List.of(new PictureSize(100, 100, 200, 200)));
  }

  private static Row row(String solution) {
    return new Row(Path.of("rows.jsonl"), 1, "", "q", solution, List.of(), "default", Map.of());
  }
}

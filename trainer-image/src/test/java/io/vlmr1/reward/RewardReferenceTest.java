package io.vlmr1.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.api.v1alpha1.RewardSpec;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import io.vlmr1.reward.Completion.PictureSize;
import io.vlmr1.reward.boxes.Box;
import io.vlmr1.reward.math.BareText;
import io.vlmr1.reward.text.Choice;
import io.vlmr1.reward.text.CleanText;
import io.vlmr1.reward.text.LatexText;
import io.vlmr1.reward.text.NumberEquality;
import io.vlmr1.reward.text.Similarity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rewards as the reference scores them: `expected`, and VLM-R1's own score where parity is asked.
 */
class RewardReferenceTest {
  private static final double TOLERANCE = 1e-6;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "mcq",
        "yes_no",
        "all_match",
        "math",
        "map",
        "od_ap",
        "od_ap50",
        "odLength",
        "weighted_sum"
      })
  void accuracyMethods(String method) {
    SoftAssertions all = new SoftAssertions();
    Reward reward = reward("accuracy", false);
    for (JsonNode row : ReferenceFolder.lines("rewards/" + method + ".jsonl")) {
      all.assertThatCode(() -> assertScore(row, reward.score(completion(row, method))))
          .doesNotThrowAnyException();
    }
    all.assertAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "mcq",
        "yes_no",
        "all_match",
        "math",
        "map",
        "od_ap",
        "od_ap50",
        "odLength",
        "weighted_sum",
        "length",
        "repetition"
      })
  void parityWithTheOriginalsFaults(String name) {
    SoftAssertions all = new SoftAssertions();
    boolean method = !name.equals("length") && !name.equals("repetition");
    Reward reward = reward(method ? "accuracy" : name, true);
    for (JsonNode row : ReferenceFolder.lines("rewards/" + name + ".jsonl")) {
      Score score = reward.score(completion(row, method ? name : "default"));
      all.assertThatCode(() -> assertScore(row, original(row), score)).doesNotThrowAnyException();
    }
    all.assertAll();
  }

  @Test
  void repetition() {
    SoftAssertions all = new SoftAssertions();
    Reward reward = reward("repetition", false);
    for (JsonNode row : ReferenceFolder.lines("rewards/repetition.jsonl")) {
      all.assertThatCode(() -> assertScore(row, reward.score(completion(row, "default"))))
          .doesNotThrowAnyException();
    }
    all.assertAll();
  }

  @Test
  void length() {
    for (JsonNode row : ReferenceFolder.lines("rewards/length.jsonl")) {
      double accuracy = row.get("extra").get("accuracy").asDouble();
      Reward right = new Fixed("accuracy", Score.of(accuracy, "as the case says"));
      Score score = new LengthReward("length", right, false).score(completion(row, "default"));
      assertScore(row, score);
    }
  }

  /** The older script: equal text between the tags, or equal as math-verify reads both. */
  @Test
  void olderAccuracy() {
    for (JsonNode row : ReferenceFolder.lines("rewards/legacy_accuracy.jsonl")) {
      String answer = row.get("completion").asText();
      String truth = row.get("solution").asText();
      boolean equal = BareText.same(answer, truth) || oneLine(answer).equals(oneLine(truth));
      assertThat(equal ? 1.0 : 0.0).as("%s", row).isEqualTo(row.get("expected").asDouble());
    }
  }

  private static String oneLine(String text) {
    Matcher found = Pattern.compile("<answer>(.*?)</answer>").matcher(text);
    return (found.find() ? found.group(1) : text).strip();
  }

  @Test
  void formulasInOneSpelling() {
    for (JsonNode row : ReferenceFolder.lines("rewards/helpers/strip_string.jsonl")) {
      Optional<String> expected = Optional.ofNullable(row.get("expected").textValue());
      assertThat(LatexText.stripped(argument(row, 0))).as("%s", row).isEqualTo(expected);
    }
    for (JsonNode row : ReferenceFolder.lines("rewards/helpers/last_boxed_only_string.jsonl")) {
      Optional<String> expected = Optional.ofNullable(row.get("expected").textValue());
      assertThat(LatexText.lastBox(argument(row, 0))).as("%s", row).isEqualTo(expected);
    }
  }

  private record Fixed(String name, Score score) implements Reward {
    @Override
    public Score score(Completion completion) {
      return score;
    }
  }

  private static Reward reward(String name, boolean parity) {
    RewardSpec spec =
        new RewardSpec(name, 1.0, null, null, parity, null, null, null, 30.0, 2, null);
    return Rewards.of(List.of(spec), new RewardContext(Task.DEFAULT, "x")).rewards().get(0);
  }

  private static JsonNode original(JsonNode row) {
    return row.has("expected_original") ? row.get("expected_original") : row.get("expected");
  }

  @ParameterizedTest
  @CsvSource({"qwen,qwen2_5_vl", "internvl,internvl_chat", "glm,glm4v"})
  void boxes(String file, String modelType) {
    Reward reward = new AccuracyProvider().reward(new RewardContext(Task.REC, modelType));
    Reward plain = new PlainIouProvider().reward(new RewardContext(Task.REC, modelType));
    for (JsonNode row : ReferenceFolder.lines("rewards/rec_iou_" + file + ".jsonl")) {
      assertScore(row, reward.score(completion(row, "default")));
      assertThat(number(plain.score(completion(row, "default"))))
          .as("plain %s", row)
          .isCloseTo(expected(row.get("expected_plain")), within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @CsvSource({"qwen,qwen2_5_vl", "internvl,internvl_chat", "glm,glm4v"})
  void boxFormats(String file, String modelType) {
    Reward reward = new FormatProvider().reward(new RewardContext(Task.REC, modelType));
    for (JsonNode row : ReferenceFolder.lines("rewards/rec_format_" + file + ".jsonl")) {
      assertScore(row, reward.score(completion(row, "default")));
    }
  }

  @Test
  void format() {
    for (JsonNode row : ReferenceFolder.lines("rewards/format.jsonl")) {
      assertScore(row, new FormatReward().score(completion(row, "default")));
    }
  }

  @Test
  void numericComparison() {
    for (JsonNode row : ReferenceFolder.lines("rewards/numeric.jsonl")) {
      OptionalDouble score =
          NumberEquality.of(row.get("completion").asText(), row.get("solution").asText());
      assertThat(Double.valueOf(score.orElse(Double.NaN)))
          .as("%s", row)
          .isEqualTo(Double.valueOf(expected(row.get("expected"))));
    }
  }

  @Test
  void cleanedTexts() {
    for (JsonNode row : ReferenceFolder.lines("rewards/helpers/clean_text.jsonl")) {
      assertThat(CleanText.of(argument(row, 0)))
          .as("%s", row)
          .isEqualTo(row.get("expected").asText());
    }
  }

  @Test
  void choices() {
    for (JsonNode row : ReferenceFolder.lines("rewards/helpers/extract_choice.jsonl")) {
      Optional<String> expected = Optional.ofNullable(row.get("expected").textValue());
      assertThat(Choice.in(argument(row, 0))).as("%s", row).isEqualTo(expected);
    }
  }

  @Test
  void similarities() {
    for (JsonNode row : ReferenceFolder.lines("rewards/helpers/levenshtein_ratio.jsonl")) {
      assertThat(Similarity.ratio(argument(row, 0), argument(row, 1)))
          .as("%s", row)
          .isCloseTo(row.get("expected").asDouble(), within(TOLERANCE));
    }
  }

  @Test
  void intersections() {
    for (JsonNode row : ReferenceFolder.lines("rewards/helpers/iou.jsonl")) {
      if (row.get("expected").isNumber()) { // the original divides by zero elsewhere
        assertThat(
                box(row.get("args").get(0)).intersectionOverUnion(box(row.get("args").get(1)), 1))
            .as("%s", row)
            .isCloseTo(row.get("expected").asDouble(), within(TOLERANCE));
      }
    }
  }

  private static void assertScore(JsonNode row, Score score) {
    assertScore(row, row.get("expected"), score);
  }

  private static void assertScore(JsonNode row, JsonNode expected, Score score) {
    assertThat(number(score))
        .as("%s because %s", row, score.reason())
        .isCloseTo(expected(expected), within(TOLERANCE));
    assertThat(score.reason()).isNotBlank();
  }

  private static double number(Score score) {
    return score.value().orElse(Double.NaN);
  }

  private static double expected(JsonNode value) {
    return value.isNull() ? Double.NaN : value.asDouble();
  }

  private static String argument(JsonNode row, int index) {
    return row.get("args").get(index).asText();
  }

  private static Box box(JsonNode corners) {
    return new Box(
        corners.get(0).asDouble(),
        corners.get(1).asDouble(),
        corners.get(2).asDouble(),
        corners.get(3).asDouble());
  }

  private static Completion completion(JsonNode row, String method) {
    JsonNode extra = row.get("extra");
    List<PictureSize> pictures =
        extra.has("image_width")
            ? List.of(
                new PictureSize(
                    extra.get("image_width").asInt(),
                    extra.get("image_height").asInt(),
                    extra.get("image_grid_thw").get(2).asInt() * 14,
                    extra.get("image_grid_thw").get(1).asInt() * 14))
            : List.of();
    Row data =
        new Row(
            Path.of("reference"),
            1,
            "",
            "",
            row.get("solution").asText(),
            List.of(),
            method,
            Map.of());
    return new Completion(
        row.get("completion").asText(), extra.path("tokens").asInt(), data, pictures);
  }
}

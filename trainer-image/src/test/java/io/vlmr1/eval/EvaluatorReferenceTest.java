package io.vlmr1.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.data.Row;
import io.vlmr1.eval.Answerer.Answer;
import io.vlmr1.reward.Completion.PictureSize;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole evaluation with given answers: order, boxes and file as VLM-R1's script writes it. */
class EvaluatorReferenceTest {
  private static final Path IMAGES = Path.of("/images");
  private final Map<String, Answer> predictions = new HashMap<>();

  @ParameterizedTest
  @EnumSource(BoxRule.class)
  void writesTheResultFileOfTheScript(BoxRule rule) {
    List<Row> rows = ReferenceFolder.lines("eval/run_input.jsonl").stream().map(this::row).toList();
    Answerer recorded = part -> part.stream().map(row -> predictions.get(row.id())).toList();
    Evaluator.Outcome outcome =
        new Evaluator(recorded, new RecJudge(rule), 5)
            .run(Evaluator.choose(rows, 2000), done -> {});

    JsonNode expected =
        ReferenceFolder.json("eval/run_" + rule.name().toLowerCase(Locale.ROOT) + ".json")
            .path("result_file");
    JsonNode written =
        new ObjectMapper()
            .valueToTree(
                ResultFile.content(
                    new EvaluationResult("tiny", "rec", outcome.metrics(), null),
                    outcome.answered(),
                    IMAGES));
    assertThat(written.path("accuracy").asDouble()).isEqualTo(expected.path("accuracy").asDouble());
    assertThat(written.path("results")).hasSameSizeAs(expected.path("results"));
    for (int i = 0; i < expected.path("results").size(); i++) {
      assertSame(written.path("results").get(i), expected.path("results").get(i));
    }
  }

  private static void assertSame(JsonNode written, JsonNode expected) {
    for (Map.Entry<String, JsonNode> field : expected.properties()) {
      JsonNode ours = written.path(field.getKey());
      if (field.getKey().equals("extracted_answer")) {
        for (int i = 0; i < 4; i++) {
          assertThat(ours.get(i).asDouble())
              .as("%s of %s", field.getKey(), expected)
              .isCloseTo(field.getValue().get(i).asDouble(), within(1e-6));
        }
      } else {
        assertThat(same(ours, field.getValue()))
            .as("%s of %s: %s", field.getKey(), expected, ours)
            .isTrue();
      }
    }
  }

  /** 0 and 0.0 are the same number. */
  private static boolean same(JsonNode one, JsonNode other) {
    return (one.isNumber() && other.isNumber())
        ? one.asDouble() == other.asDouble()
        : one.toString().equals(other.toString());
  }

  private Row row(JsonNode json) {
    String image = json.path("image").asText();
    predictions.put(
        image,
        new Answer(
            json.path("prediction").asText(),
            1,
            List.of(
                new PictureSize(
                    json.path("image_size").get(0).asInt(),
                    json.path("image_size").get(1).asInt(),
                    json.path("input_size").get(0).asInt(),
                    json.path("input_size").get(1).asInt()))));
    return new Row(
        IMAGES,
        1,
        image,
        json.path("problem").asText(),
        "<answer> " + json.path("gt") + " </answer>",
        List.of(IMAGES.resolve(image)),
        "default",
        Map.of());
  }
}

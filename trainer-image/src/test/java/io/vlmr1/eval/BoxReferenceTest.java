package io.vlmr1.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.reward.Completion.PictureSize;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Boxes read from answers and their overlap with the truth, against VLM-R1's own scripts. */
class BoxReferenceTest {
  private static final double TOLERANCE = 1e-6; // that of the reference's README

  @ParameterizedTest
  @EnumSource(BoxRule.class)
  void readsTheBoxAndScoresItAsTheScriptDoes(BoxRule rule) {
    List<JsonNode> rows = rows(rule.name().toLowerCase(Locale.ROOT));
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      Box parsed = rule.read(row.path("text").asText()).orElse(Box.NONE);
      Box box = rule.rescaled() ? parsed.rescaled(size(row)) : parsed;
      Box truth = box(row.path("gt"));
      assertThat(parsed).as("parsed of %s", row).isEqualTo(box(row.path("parsed")));
      assertThat(box.iou(truth))
          .as("iou of %s", row)
          .isCloseTo(row.path("iou").asDouble(), within(TOLERANCE));
      for (int i = 0; i < 4; i++) {
        assertThat(box.corners().get(i))
            .as("corner %d of %s", i, row)
            .isCloseTo(row.path("box").get(i).asDouble(), within(TOLERANCE));
      }
      assertThat(box.iou(truth) > 0.5 ? 1 : 0).isEqualTo(row.path("correct").asInt());
    }
  }

  private static List<JsonNode> rows(String script) {
    return ReferenceFolder.lines("eval/rows.jsonl").stream()
        .filter(row -> row.path("script").asText().equals(script))
        .toList();
  }

  private static PictureSize size(JsonNode row) {
    return new PictureSize(
        row.path("image_size").get(0).asInt(),
        row.path("image_size").get(1).asInt(),
        row.path("input_size").get(0).asInt(),
        row.path("input_size").get(1).asInt());
  }

  private static Box box(JsonNode corners) {
    return new Box(
        corners.get(0).asDouble(),
        corners.get(1).asDouble(),
        corners.get(2).asDouble(),
        corners.get(3).asDouble());
  }
}

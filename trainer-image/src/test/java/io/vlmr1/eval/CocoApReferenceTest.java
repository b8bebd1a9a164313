package io.vlmr1.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** COCO's twelve numbers against pycocotools. */
class CocoApReferenceTest {
  private static final double TOLERANCE = 1e-6; // that of the reference's README

  @Test
  void givesTheNumbersOfPycocotools() {
    for (JsonNode row : ReferenceFolder.lines("eval/coco.jsonl")) {
      CocoAp ap = new CocoAp();
      for (JsonNode truth : row.path("truth")) {
        ap.truth(truth.path("image").asInt(), truth.path("label").asText(), box(truth));
      }
      for (JsonNode found : row.path("predicted")) {
        ap.found(
            found.path("image").asInt(),
            found.path("label").asText(),
            box(found),
            found.path("score").asDouble());
      }
      Map<String, Double> numbers = ap.numbers();
      for (Map.Entry<String, JsonNode> expected : row.path("expected").properties()) {
        assertThat(numbers.get(expected.getKey()))
            .as("%s of %s", expected.getKey(), row)
            .isCloseTo(expected.getValue().asDouble(), within(TOLERANCE));
      }
    }
  }

  private static double[] box(JsonNode node) {
    double[] corners = new double[4];
    for (int i = 0; i < 4; i++) {
      corners[i] = node.path("bbox").get(i).asDouble();
    }
    return corners;
  }
}

package io.vlmr1.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import org.junit.jupiter.api.Test;

class ImageReferenceTest {
  @Test
  void choosesTheSizesOfQwensSmartResize() {
    compareSizes("preprocess/qwen_smart_resize.json", 0);
  }

  @Test
  void choosesTheSizesOfGlmsSmartResize() {
    compareSizes("preprocess/glm_smart_resize.json", 28);
  }

  private static void compareSizes(String file, int smallestSide) {
    JsonNode table = ReferenceFolder.json(file);
    for (JsonNode row : table.get("rows")) {
      SmartResize resize =
          new SmartResize(
              table.get("factor").asInt(),
              row.get("min_pixels").asLong(),
              row.get("max_pixels").asLong(),
              table.path("frames").asInt(1),
              smallestSide);
      int width = row.get("width").asInt();
      int height = row.get("height").asInt();
      if (row.has("error")) {
        assertThatThrownBy(() -> resize.of(width, height)).isInstanceOf(RuntimeException.class);
      } else {
        assertThat(resize.of(width, height))
            .as("%s", row)
            .isEqualTo(
                new SmartResize.Size(
                    row.get("resized_width").asInt(), row.get("resized_height").asInt()));
      }
    }
  }

  @Test
  void enlargesSmallPicturesToTheReferencesSizes() {
    for (JsonNode row : ReferenceFolder.lines("data/small_images.jsonl")) {
      int width = row.get("width").asInt();
      int height = row.get("height").asInt();
      DecodedImage enlarged =
          Resize.atLeast(new DecodedImage(new byte[width * height * 3], width, height), 28);
      assertThat(enlarged.width()).as("%s", row).isEqualTo(row.get("new_width").asInt());
      assertThat(enlarged.height()).as("%s", row).isEqualTo(row.get("new_height").asInt());
    }
  }
}

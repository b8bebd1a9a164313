package io.vlmr1.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures of many kinds that Pillow wrote, read as Pillow reads them: upright, transparent parts
 * over white, 16 bits without their lower half. A tolerance is that of the kind's rounding: lossy
 * kinds differ by decoder; WebP's most, where libwebp interpolates colours and ours repeats them.
 */
class ImageKindsTest {
  private static final Path FOLDER = Path.of("src/test/resources/images");

  private static JsonNode index() throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("index.json").toFile());
  }

  static Stream<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    index().fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsEveryKind(String name) throws IOException {
    JsonNode expected = index().get(name);
    DecodedImage read = ImageReader.read(FOLDER.resolve(name));
    assertThat(read.width()).isEqualTo(expected.get("width").asInt());
    assertThat(read.height()).isEqualTo(expected.get("height").asInt());
    int at = 0;
    int largest = 0;
    for (int y = 0; y < read.height(); y += 5) {
      for (int x = 0; x < read.width(); x += 5) {
        for (int channel = 0; channel < 3; channel++) {
          int found = read.rgb()[(y * read.width() + x) * 3 + channel] & 0xff;
          largest = Math.max(largest, Math.abs(found - expected.get("rgb").get(at++).asInt()));
        }
      }
    }
    assertThat(at).isEqualTo(expected.get("rgb").size());
    assertThat(largest).isLessThanOrEqualTo(expected.get("tolerance").asInt());
  }

  @Test
  void theUsersLimitIsOfPixelsInTheHeader() {
    Path file = FOLDER.resolve("plain.bmp");
    assertThat(ImageReader.read(file, 24 * 16).width()).isEqualTo(24);
    assertThatThrownBy(() -> ImageReader.read(file, 24 * 16 - 1))
        .hasMessageContaining("384 pixels, more than the limit of 383")
        .hasMessageContaining("spec.data.maxImagePixels");
    assertThatThrownBy(() -> ImageReader.size(file, 100)).hasMessageContaining("limit of 100");
  }
}

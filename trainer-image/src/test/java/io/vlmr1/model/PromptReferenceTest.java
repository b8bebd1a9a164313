package io.vlmr1.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.ImageReader;
import io.vlmr1.image.SmartResize;
import io.vlmr1.text.Message;
import io.vlmr1.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts, ids and patches of every case of every model. */
class PromptReferenceTest {
  static Stream<Arguments> cases() {
    return ReferenceFolder.models().stream()
        .flatMap(m -> ReferenceFolder.conversations(m).stream().map(name -> Arguments.of(m, name)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void preparesPromptsAsTheReferenceDoes(String model, String name) throws IOException {
    String folder = "cases/" + model + "/" + name;
    Path modelFolder = ReferenceFolder.path("models/" + model);
    List<float[]> patches = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.open(modelFolder)) {
      PromptProcessor processor =
          ModelLoader.processor(modelFolder, tokenizer, new ModelFamily.PixelLimits(null, null));
      for (JsonNode row : ReferenceFolder.json(folder + "/case.json").get("rows")) {
        List<Message> messages = messages(row.get("messages"));
        assertThat(processor.render(messages)).isEqualTo(row.get("prompt").asText());
        try (PreparedPrompt prompt = processor.prepare(messages, images(row))) {
          assertThat(prompt.ids()).isEqualTo(ints(row.get("prompt_ids")));
          assertThat(tokenizer.decodeWithSpecial(prompt.ids()))
              .isEqualTo(row.get("expanded_prompt").asText());
          assertThat(processor.lengthAbove(0, messages, sizes(row))).hasValue(prompt.ids().length);
          assertThat(processor.lengthAbove(prompt.ids().length, messages, sizes(row))).isEmpty();
          if (row.hasNonNull("image_grid_thw")) {
            assertThat(grids(prompt)).isEqualTo(grids(row.get("image_grid_thw")));
          } else if (row.hasNonNull("tile_counts")) {
            assertThat(prompt.images().stream().mapToInt(PreparedImage::gridTime).toArray())
                .isEqualTo(ints(row.get("tile_counts")));
          }
          prompt.images().forEach(image -> patches.add(floats(image)));
        }
      }
    }
    assertSamePatches(
        patches, golden(ReferenceFolder.path(folder + "/tensors.safetensors")), twoLevels(model));
  }

  static Stream<String> models() {
    return ReferenceFolder.models().stream()
        .filter(model -> !ReferenceFolder.conversations(model).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("models")
  void writesConversationsAsTheReferenceDoes(String model) {
    Path folder = ReferenceFolder.path("models/" + model);
    JsonNode golden = ReferenceFolder.json("cases/" + model + "/chat_template.json");
    assertThat(golden.get("add_generation_prompt").asBoolean()).isTrue();
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      PromptProcessor processor =
          ModelLoader.processor(folder, tokenizer, new ModelFamily.PixelLimits(null, null));
      for (JsonNode row : golden.get("rows")) {
        assertThat(processor.render(messages(row.get("messages"))))
            .isEqualTo(row.get("prompt").asText());
      }
    }
  }

  @Test
  void everyModelOfTheFolderHasCases() {
    assertThat(cases()).isNotEmpty();
  }

  /** Two 8-bit levels after normalisation by the smallest deviation. */
  private static float twoLevels(String model) {
    double smallest = 1;
    for (JsonNode deviation :
        ReferenceFolder.json("models/" + model + "/preprocessor_config.json").get("image_std")) {
      smallest = Math.min(smallest, deviation.asDouble());
    }
    return (float) (2.01 / 255 / smallest);
  }

  private static void assertSamePatches(List<float[]> pictures, float[] golden, float tolerance) {
    int at = 0;
    for (float[] picture : pictures) {
      int different = 0;
      for (float value : picture) {
        float difference = Math.abs(value - golden[at++]);
        assertThat(difference).isLessThan(tolerance);
        different += difference > 1e-6f ? 1 : 0;
      }
      assertThat(different).isLessThanOrEqualTo(picture.length / 20);
    }
    assertThat(at).isEqualTo(golden.length);
  }

  /** pixel_values, read without the code under test; nothing for text alone. */
  private static float[] golden(Path safetensors) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(safetensors)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) file.getLong()];
    file.get(header);
    JsonNode entry =
        new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8)).get("pixel_values");
    if (entry == null) {
      return new float[0];
    }
    int from = 8 + header.length + entry.get("data_offsets").get(0).asInt();
    int to = 8 + header.length + entry.get("data_offsets").get(1).asInt();
    float[] values = new float[(to - from) / 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = file.getFloat(from + 4 * i);
    }
    return values;
  }

  private static float[] floats(PreparedImage image) {
    float[] values = new float[Math.toIntExact(image.patches().numel())];
    try (FloatPointer data = image.patches().data_ptr_float()) {
      data.get(values);
    }
    return values;
  }

  private static List<List<Integer>> grids(PreparedPrompt prompt) {
    return prompt.images().stream()
        .map(image -> List.of(image.gridTime(), image.gridHeight(), image.gridWidth()))
        .toList();
  }

  private static List<List<Integer>> grids(JsonNode golden) {
    return StreamSupport.stream(golden.spliterator(), false)
        .map(grid -> List.of(grid.get(0).asInt(), grid.get(1).asInt(), grid.get(2).asInt()))
        .toList();
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static List<DecodedImage> images(JsonNode row) {
    return StreamSupport.stream(row.get("images").spliterator(), false)
        .map(image -> ImageReader.read(ReferenceFolder.path(image.asText())))
        .toList();
  }

  private static List<SmartResize.Size> sizes(JsonNode row) {
    return StreamSupport.stream(row.get("images").spliterator(), false)
        .map(image -> ImageReader.size(ReferenceFolder.path(image.asText())))
        .toList();
  }

  private static List<Message> messages(JsonNode turns) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode turn : turns) {
      List<Message.Part> parts = new ArrayList<>();
      if (turn.get("content").isTextual()) {
        parts.add(new Message.Part.Text(turn.get("content").asText()));
      }
      for (JsonNode part : turn.get("content")) {
        parts.add(
            part.get("type").asText().equals("image")
                ? new Message.Part.Image()
                : new Message.Part.Text(part.get("text").asText()));
      }
      messages.add(new Message(turn.get("role").asText(), parts));
    }
    return messages;
  }
}

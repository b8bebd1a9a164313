package io.vlmr1.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.ReferenceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers and chat templates of the reference models. */
class TextReferenceTest {
  static Stream<String> models() {
    return ReferenceFolder.models().stream()
        .filter(model -> !ReferenceFolder.cases(model).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("models")
  void encodesAndDecodesAsTheReferenceDoes(String model) {
    JsonNode golden = ReferenceFolder.json("cases/" + model + "/tokenizer.json");
    try (Tokenizer tokenizer = Tokenizer.open(folder(golden))) {
      for (JsonNode row : golden.get("rows")) {
        int[] ids = ids(row.get("ids"));
        String text = row.get("text").asText();
        assertThat(tokenizer.encode(text)).as("ids of %s", text).isEqualTo(ids);
        assertThat(tokenizer.decodeWithSpecial(ids))
            .as("decoded %s", text)
            .isEqualTo(row.get("decoded").asText());
        assertThat(tokenizer.decode(ids))
            .as("decoded without special tokens: %s", text)
            .isEqualTo(row.get("decoded_without_special").asText());
      }
    }
  }

  /** The published InternVL writes its prompts without the template that its folder has. */
  static Stream<String> templates() {
    return models().filter(model -> !ReferenceFolder.models("internvl_chat").contains(model));
  }

  @ParameterizedTest
  @MethodSource("templates")
  void rendersTheChatTemplateAsTheReferenceDoes(String model) {
    JsonNode golden = ReferenceFolder.json("cases/" + model + "/chat_template.json");
    ChatTemplate template = ChatTemplate.open(folder(golden));
    for (JsonNode row : golden.get("rows")) {
      assertThat(template.render(messages(row.get("messages")), addGenerationPrompt(golden)))
          .isEqualTo(row.get("prompt").asText());
    }
  }

  private static boolean addGenerationPrompt(JsonNode golden) {
    return golden.get("add_generation_prompt").asBoolean();
  }

  private static Path folder(JsonNode golden) {
    return ReferenceFolder.path(golden.get("model").asText());
  }

  static List<Message> messages(JsonNode turns) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode turn : turns) {
      messages.add(new Message(turn.get("role").asText(), parts(turn.get("content"))));
    }
    return messages;
  }

  private static List<Message.Part> parts(JsonNode content) {
    if (content.isTextual()) {
      return List.of(new Message.Part.Text(content.asText()));
    }
    List<Message.Part> parts = new ArrayList<>();
    for (JsonNode part : content) {
      parts.add(
          part.get("type").asText().equals("image")
              ? new Message.Part.Image()
              : new Message.Part.Text(part.get("text").asText()));
    }
    return parts;
  }

  private static int[] ids(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}

package io.vlmr1.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.Row;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.shapes.SettingsText;
import io.vlmr1.shapes.Shapes;
import io.vlmr1.shapes.ShapesSettings;
import io.vlmr1.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptCheckTest {
  @TempDir static Path folder;

  @BeforeAll
  static void generate() throws IOException {
    Map<String, String> few =
        Map.of("sftRows", "1", "trainRows", "0", "heldOutRows", "0", "outOfDomainRows", "0");
    Shapes.write(SettingsText.changed(ShapesSettings.standard(), few), folder);
  }

  @Test
  void acceptsARowWhosePromptFits() {
    assertThat(problems(1024, "Find the red circle.", picture())).isEmpty();
  }

  @Test
  void tellsTheLengthOfAPromptThatDoesNotFit() {
    assertThat(problems(50, "Find the red circle.", picture()))
        .singleElement()
        .asString()
        .matches("the prompt has [5-9][0-9] tokens, more than spec.data.maxPromptTokens 50; .*");
  }

  @Test
  void tellsThatAPictureIsNone() throws IOException {
    Path text = Files.writeString(folder.resolve("a.png"), "no picture at all");

    assertThat(problems(1024, "Find it.", text))
        .singleElement()
        .asString()
        .contains(text + ": not a picture of a known kind");
  }

  @Test
  void tellsThatTheTextHoldsAnImageToken() {
    assertThat(problems(1024, "What is <|image_pad|>?", picture()))
        .containsExactly("remove <|image_pad|> from the text");
  }

  private static Path picture() {
    return folder.resolve("images/sft/00000.png");
  }

  private static List<String> problems(int limit, String question, Path picture) {
    Path model = folder.resolve("model");
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      PromptFeed.Maker maker =
          new PromptFeed.Maker(
              TaskPrompt.of(Task.REC, "qwen2_5_vl", null),
              ModelLoader.processor(model, tokenizer, new PixelLimits(null, null)),
              limit);
      Row row =
          new Row(Path.of("d.jsonl"), 1, "", question, "", List.of(picture), "default", Map.of());
      return new PromptCheck(maker, false).problems(row);
    }
  }
}

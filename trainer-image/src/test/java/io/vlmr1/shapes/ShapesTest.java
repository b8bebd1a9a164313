package io.vlmr1.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.DataSet;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Row;
import io.vlmr1.data.RowCheck;
import io.vlmr1.data.Sampling;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.image.DecodedImage;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.ModelFamily.PixelLimits;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.model.PromptProcessor;
import io.vlmr1.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShapesTest {
  private static final ShapesSettings SETTINGS =
      new ShapesSettings(7, Difficulty.standard(), 40, 40, 20, 20, TinyModel.standard());

  @TempDir static Path folder;

  @BeforeAll
  static void generate() throws IOException {
    Shapes.write(SETTINGS, folder);
  }

  @Test
  void refusesScenesTooPoorForAQuestionOfTwoRelations() {
    assertThatThrownBy(() -> new Difficulty(84, 2, 2, 3, 5, 21, 36, 7, 0.15, 0.4, 0.2, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("minObjects 2");
  }

  @Test
  void writesRowsThatTheLoaderTakes() {
    assertThat(rows("sft")).hasSize(40).allMatch(row -> row.target().startsWith("<think>"));
    assertThat(rows("train")).hasSize(40);
    assertThat(rows("held_out")).hasSize(20).allMatch(row -> row.target().equals(row.solution()));
    assertThat(rows("out_of_domain"))
        .hasSize(20)
        .filteredOn(row -> "two relations".equals(row.columns().get("kind")))
        .hasSize(10);
  }

  @Test
  void boxesEncloseTheTargetExactly() throws IOException {
    for (Row row : rows("sft")) {
      DecodedImage image = ImageReader.read(row.images().get(0));
      JsonNode box = box(row);
      assertThat(box.get(0).asInt()).isNotNegative().isLessThan(box.get(2).asInt());
      assertThat(box.get(2).asInt()).isLessThanOrEqualTo(image.width());
      assertThat(box.get(3).asInt()).isLessThanOrEqualTo(image.height());
      assertThat(row.target())
          .endsWith("{\"bbox_2d\": " + box.toString().replace(",", ", ") + "}</answer>");
    }
  }

  @Test
  void trainingNeverShowsThePairsKeptForOutOfDomain() {
    Pattern kept =
        Pattern.compile(
            "(red circle|green square|blue triangle|yellow diamond|purple cross|black circle)");

    assertThat(rows("sft")).noneMatch(row -> kept.matcher(row.target()).find());
    assertThat(rows("train")).noneMatch(row -> kept.matcher(row.target()).find());
  }

  @Test
  void givesTheSameBytesForTheSameSeedAndMoreRows(@TempDir Path again) throws IOException {
    Shapes.write(
        new ShapesSettings(7, Difficulty.standard(), 3, 1, 60, 1, TinyModel.standard()), again);

    assertThat(Files.readAllLines(again.resolve("held_out.jsonl")))
        .startsWith(Files.readAllLines(folder.resolve("held_out.jsonl")).toArray(String[]::new));
    String picture = "images/sft/00002.png";
    assertThat(again.resolve(picture)).hasSameBinaryContentAs(folder.resolve(picture));
  }

  @Test
  void keepsPromptsAndAnswersShort() {
    Path model = folder.resolve("model");
    TaskPrompt task = TaskPrompt.of(Task.REC, "qwen2_5_vl", null);
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      PromptProcessor processor =
          ModelLoader.processor(model, tokenizer, new PixelLimits(null, null));
      for (Row row : rows("sft")) {
        List<DecodedImage> images = List.of(ImageReader.read(row.images().get(0)));
        try (PreparedPrompt prompt = processor.prepare(List.of(task.message(row)), images)) {
          assertThat(prompt.images().get(0).patchCount()).isEqualTo(36);
          assertThat(prompt.ids().length - 16).as("text tokens").isLessThanOrEqualTo(56);
        }
        int[] completion = tokenizer.encode(row.target() + "<|im_end|>");
        assertThat(completion).hasSizeLessThanOrEqualTo(20);
        assertThat(tokenizer.decode(completion)).isEqualTo(row.target());
      }
    }
  }

  @Test
  void changesSettingsByName() {
    ShapesSettings changed =
        SettingsText.changed(SETTINGS, Map.of("difficulty.side", "56", "model.tied", "false"));

    assertThat(changed.difficulty().side()).isEqualTo(56);
    assertThat(changed.model().tied()).isFalse();
    assertThat(changed.sftRows()).isEqualTo(40);
    assertThatThrownBy(() -> SettingsText.changed(SETTINGS, Map.of("difficulty.sid", "56")))
        .hasMessageContaining("sid: no such setting");
  }

  @Test
  void wordsStayWholeWhenOthersAreAdded() {
    BytePairs pairs = new BytePairs();
    List<String> words = List.of("red", "green", " green", "tree", "123", " 12", "é", "reddish");
    words.forEach(pairs::add);

    assertThat(words).allSatisfy(word -> assertThat(pairs.split(word)).hasSize(1));
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      String text = Integer.toString(random.nextInt(1000)) + words.get(random.nextInt(8));
      assertThat(pairs.vocabulary().keySet()).containsAll(pairs.split(text));
    }
  }

  private static JsonNode box(Row row) throws IOException {
    return new ObjectMapper().readTree(row.solution().replaceAll("</?answer>", ""));
  }

  private static List<Row> rows(String split) {
    Path images = folder.resolve("images");
    DataSource source =
        new DataSource(split, folder.resolve(split + ".jsonl"), images, "default", Sampling.ALL);
    return DataSet.read(List.of(source), RowCheck.NONE, 1).rows();
  }
}

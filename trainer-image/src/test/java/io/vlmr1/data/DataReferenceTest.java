package io.vlmr1.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.ReferenceFolder;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loader's cases, prompts, samples and orders. */
class DataReferenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS =
      Set.of(
          "default",
          "mcq",
          "yes_no",
          "all_match",
          "math",
          "llm",
          "map",
          "od_ap",
          "od_ap50",
          "odLength",
          "weighted_sum");

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(ReferenceFolder.path("data"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("args.json")))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsRowsAsTheReferenceDoes(Path folder) throws IOException {
    JsonNode expected = json(folder.resolve("expected.json"));
    if (expected.has("expected_error")) {
      assertFails(folder, expected.get("expected_error"));
    } else if (expected.has("rows")) {
      List<Row> rows = read(folder);
      assertThat(rows).hasSize(expected.get("rows").size());
      for (int i = 0; i < rows.size(); i++) {
        assertRow(folder, rows.get(i), expected.get("rows").get(i).get("columns"), expected);
      }
    } else {
      int count = expected.get("expected_note").asText().startsWith("two") ? 2 : 1;
      assertThat(read(folder)).hasSize(count);
    }
  }

  @Test
  void writesTheTaskPromptsToTheLetter() {
    for (JsonNode row : ReferenceFolder.lines("data/prompts.jsonl")) {
      String modelType =
          row.get("family").asText().equals("qwen") ? "qwen2_5_vl" : row.get("family").asText();
      TaskPrompt prompt = TaskPrompt.of(task(row.get("task").asText()), modelType, null);

      assertThat(prompt.template()).as("%s", row).isEqualTo(row.get("template").asText());
    }
  }

  @Test
  void shufflesAsPythonDoes() {
    for (JsonNode row : ReferenceFolder.lines("data/shuffle.jsonl")) {
      int[] order = new PythonRandom(row.get("seed").asLong()).permutation(row.get("n").asInt());

      assertThat(order).isEqualTo(JSON.convertValue(row.get("order"), int[].class));
    }
  }

  @Test
  void samplesMixedFilesAsTheReferenceDoes() throws IOException {
    for (JsonNode row : ReferenceFolder.lines("data/mix/expected.jsonl")) {
      if (row.has("expected_error")) {
        assertThatThrownBy(() -> mix(row))
            .as("%s", row)
            .isInstanceOf(VlmR1Exception.class)
            .hasMessageContaining("sampling_strategy");
      } else {
        JsonNode ids = row.has("expected_ids") ? row.get("expected_ids") : row.get("ids");
        assertThat(mix(row)).as("%s", row).isEqualTo(JSON.convertValue(ids, int[].class));
      }
    }
  }

  private static void assertFails(Path folder, JsonNode expected) {
    assertThatThrownBy(() -> read(folder))
        .satisfiesAnyOf(
            error -> assertThat(error).isInstanceOf(VlmR1Exception.class),
            error -> assertThat(error).isInstanceOf(CountsDiffer.class))
        .satisfies(
            error -> {
              if (expected.has("file")) {
                assertThat(error)
                    .hasMessageContaining(
                        folder.resolve(expected.get("file").asText())
                            + ":"
                            + expected.get("line").asInt()
                            + ": ");
              }
            });
  }

  private static void assertRow(Path folder, Row row, JsonNode columns, JsonNode expected)
      throws IOException {
    assertThat(row.problem()).isEqualTo(columns.get("problem").asText());
    assertThat(row.rewardMethod()).isEqualTo(columns.get("accu_reward_method").asText());
    boolean listOfTexts = columns.get("solution").asText().contains("['");
    if (!(listOfTexts && expected.has("expected_note"))) {
      assertThat(row.solution()).isEqualTo(columns.get("solution").asText());
    }
    assertThat(row.columns().keySet()).allSatisfy(name -> assertThat(columns.has(name)).isTrue());
    List<Path> images = new ArrayList<>();
    columns
        .path("image_path")
        .forEach(path -> images.add(folder.resolve(path.asText()).toAbsolutePath().normalize()));
    JsonNode args = json(folder.resolve("args.json"));
    String family = args.path("family").asText("qwen2_5_vl");
    TaskPrompt prompt = TaskPrompt.of(task(args.path("task_type").asText()), family, null);
    JsonNode content = columns.get("prompt").get(0).get("content");
    assertThat(prompt.text(row.problem()))
        .isEqualTo(content.get(content.size() - 1).get("text").asText());
    if (images.isEmpty() && !row.images().isEmpty()) {
      // the original drops every picture of a file whose first row has none; ours keeps them
      assertThat(expected.get("rows").get(0).get("columns").has("image_path")).isFalse();
    } else {
      assertThat(row.images()).isEqualTo(images);
      assertThat(prompt.message(row).parts()).hasSize(content.size());
    }
  }

  private static final class CountsDiffer extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static List<Row> read(Path folder) throws IOException {
    JsonNode args = json(folder.resolve("args.json"));
    String[] files = args.get("data_file_paths").asText().split(":", -1);
    String[] images = args.get("image_folders").asText().split(":", -1);
    String[] methods =
        args.has("reward_method")
            ? args.get("reward_method").asText().split(":", -1)
            : new String[files.length];
    if (images.length != files.length || methods.length != files.length) {
      throw new CountsDiffer(); // a GrpoJob cannot say this: each data set has its folder and
      // method
    }
    List<DataSource> sources = new ArrayList<>();
    for (int i = 0; i < files.length; i++) {
      String method = methods[i] == null ? "default" : methods[i];
      sources.add(
          new DataSource(
              files[i], folder.resolve(files[i]), folder.resolve(images[i]), method, Sampling.ALL));
    }
    RowCheck known =
        row ->
            METHODS.contains(row.rewardMethod())
                ? List.of()
                : List.of("unknown method " + row.rewardMethod());
    return DataSet.read(sources, known, 1).rows();
  }

  /** Ids of the rows that a mix chooses; its rows are nothing but ids, so the files are counted. */
  private static int[] mix(JsonNode row) throws IOException {
    PythonRandom random = new PythonRandom(row.path("seed").asLong(0));
    Path file = ReferenceFolder.path("data/mix").resolve(row.get("mix").asText());
    List<Integer> chosen = new ArrayList<>();
    for (DataSource source :
        Mix.read(new DataSource("mix", file, file.resolveSibling(""), "default", Sampling.ALL))) {
      List<Integer> ids = ids(source.file());
      Sampling.Chosen rows = source.sampling().of(ids.size(), random);
      for (int i = 0; i < rows.count(); i++) {
        chosen.add(ids.get(rows.at(i)));
      }
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<Integer> ids(Path file) throws IOException {
    List<Integer> ids = new ArrayList<>();
    RawRows.walk(
        file,
        new RawRows.Taker() {
          @Override
          public void take(RawRows.Raw raw) throws IOException {
            ids.add(JSON.readTree(raw.bytes()).get("id").asInt());
          }

          @Override
          public void fault(int line, String what) {
            throw new AssertionError(file + ":" + line + ": " + what);
          }
        });
    return ids;
  }

  private static Task task(String name) {
    return Arrays.stream(Task.values())
        .filter(task -> JSON.convertValue(task, String.class).equals(name))
        .findFirst()
        .orElse(Task.DEFAULT);
  }

  private static JsonNode json(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }
}

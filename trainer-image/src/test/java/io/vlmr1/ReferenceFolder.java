package io.vlmr1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The folder of golden numbers: that of the property `reference.dir` if it exists, else the small
 * copy that is committed beside the tests.
 */
public final class ReferenceFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReferenceFolder() {}

  /** The folder in use. */
  public static Path path() {
    Path named = Path.of(System.getProperty("reference.dir", "../../shared/reference"));
    return Files.isDirectory(named) ? named : Path.of("src/test/resources/reference");
  }

  /** A file or folder inside. */
  public static Path path(String inside) {
    return path().resolve(inside);
  }

  /** A JSON file. */
  public static JsonNode json(String inside) {
    try {
      return JSON.readTree(path(inside).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a JSON Lines file. */
  public static List<JsonNode> lines(String inside) {
    List<JsonNode> rows = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(path(inside))) {
        rows.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** Names of all models that the folder holds. */
  public static List<String> models() {
    List<String> names = new ArrayList<>();
    json("index.json").get("models").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Names of the models of a type, `qwen2_5_vl` say, that the folder holds. */
  public static List<String> models(String modelType) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> model : json("index.json").get("models").properties()) {
      if (model.getValue().get("model_type").asText().equals(modelType)) {
        names.add(model.getKey());
      }
    }
    return names;
  }

  /** Names of the cases of a model. */
  public static List<String> cases(String model) {
    List<String> names = new ArrayList<>();
    json("index.json").get("cases").path(model).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Names of the cases of a model that begin with messages. */
  public static List<String> conversations(String model) {
    return cases(model).stream()
        .filter(name -> json("cases/" + model + "/" + name + "/case.json").has("rows"))
        .toList();
  }
}

package io.vlmr1.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * A model folder as the hub has it: config.json, and weights in one safetensors file or in shards
 * with an index.
 */
public final class HuggingFaceFolder implements AutoCloseable {
  /** Files that are carried along when a model is saved: everything but weights and config. */
  public static final List<String> COMPANIONS =
      List.of(
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json",
          "video_preprocessor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.json",
          "chat_template.jinja");

  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path folder;
  private final Map<String, SafetensorsFile> files;

  private HuggingFaceFolder(Path folder, Map<String, SafetensorsFile> files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Reads the folder's config.json.
   *
   * @throws VlmR1Exception (bad model) when the folder or the file is not there or not JSON
   */
  public static JsonNode config(Path folder) {
    return json(folder, "config.json")
        .orElseThrow(
            () ->
                new VlmR1Exception(
                    ExitCode.BAD_MODEL,
                    Files.isDirectory(folder)
                        ? folder + ": has no config.json; name a folder in Hugging Face layout"
                        : folder + ": no such model folder; check model.source"));
  }

  /** One of the folder's JSON files, or empty when it is not there. */
  public static Optional<JsonNode> json(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(file.toFile()));
    } catch (IOException error) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          file + ": is not JSON (" + firstLine(error) + "); mend it or download it again",
          error);
    }
  }

  /**
   * Opens the weights: `model.safetensors`, or the shards that `model.safetensors.index.json`
   * names.
   *
   * @throws VlmR1Exception (bad model) when there are none, or a file is missing or broken
   */
  public static HuggingFaceFolder open(Path folder) {
    Set<String> shards = new TreeSet<>();
    Optional<JsonNode> index = json(folder, "model.safetensors.index.json");
    if (index.isPresent()) {
      index.get().path("weight_map").forEach(name -> shards.add(name.asText()));
    } else if (Files.isRegularFile(folder.resolve("model.safetensors"))) {
      shards.add("model.safetensors");
    }
    if (shards.isEmpty()) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          folder
              + ": has neither model.safetensors nor model.safetensors.index.json; "
              + "convert other weight formats to safetensors first");
    }
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    for (String shard : shards) {
      SafetensorsFile file = SafetensorsFile.open(folder.resolve(shard));
      file.names().forEach(name -> files.put(name, file));
    }
    return new HuggingFaceFolder(folder, files);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Names of the tensors as the files have them. */
  public Set<String> names() {
    return files.keySet();
  }

  /** The shape that the files give a tensor. */
  public long[] shape(String name) {
    return file(name).entry(name).shape();
  }

  /** A tensor in memory of its own; belongs to the current scope. */
  public Tensor tensor(String name) {
    return file(name).tensor(name);
  }

  /** Reads a tensor into memory that is there already: {@link SafetensorsFile#read}. */
  public void read(String name, Tensor target) {
    file(name).read(name, target);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = files.get(name);
    if (file == null) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          folder + ": its weights lack the tensor " + name + "; the files do not fit config.json");
    }
    return file;
  }

  private static String firstLine(Exception error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse(error.toString());
  }

  @Override
  public void close() {
    files.values().stream().distinct().forEach(SafetensorsFile::close);
  }
}

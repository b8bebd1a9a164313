package io.vlmr1.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model folder that transformers, vLLM and peft open: hub names, shards with an index when
 * it is large.
 */
public final class HuggingFaceWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private HuggingFaceWriter() {}

  /**
   * Writes config.json, the weights and what belongs to them.
   *
   * @param folder is made; files of the same names in it are replaced
   * @param config becomes config.json
   * @param tensors by hub name; tied ones left out
   * @param companions where tokenizer, preprocessor and template files are copied from
   * @param shardBytes largest weight file
   */
  public static void write(
      Path folder, JsonNode config, Map<String, Content> tensors, Path companions, long shardBytes)
      throws IOException {
    Files.createDirectories(folder);
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("config.json").toFile(), config);
    copyCompanions(companions, folder);
    List<Map<String, Content>> shards = shards(tensors, shardBytes);
    if (shards.size() == 1) {
      SafetensorsWriter.writeContents(folder.resolve("model.safetensors"), shards.get(0), METADATA);
      return;
    }
    ObjectNode index = JSON.createObjectNode();
    index.putObject("metadata").put("total_size", bytes(tensors));
    ObjectNode map = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      SafetensorsWriter.writeContents(folder.resolve(name), shards.get(i), METADATA);
      shards.get(i).keySet().forEach(tensor -> map.put(tensor, name));
    }
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
  }

  private static void copyCompanions(Path from, Path to) throws IOException {
    for (String name : HuggingFaceFolder.COMPANIONS) {
      Path file = from.resolve(name);
      if (Files.isRegularFile(file) && !file.equals(to.resolve(name))) {
        Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static List<Map<String, Content>> shards(Map<String, Content> tensors, long shardBytes) {
    List<Map<String, Content>> shards = new ArrayList<>();
    Map<String, Content> shard = new LinkedHashMap<>();
    long filled = 0;
    for (Map.Entry<String, Content> entry : tensors.entrySet()) {
      long size = entry.getValue().bytes();
      if (!shard.isEmpty() && filled + size > shardBytes) {
        shards.add(shard);
        shard = new LinkedHashMap<>();
        filled = 0;
      }
      shard.put(entry.getKey(), entry.getValue());
      filled += size;
    }
    shards.add(shard);
    return shards;
  }

  private static long bytes(Map<String, Content> tensors) {
    return tensors.values().stream().mapToLong(Content::bytes).sum();
  }
}

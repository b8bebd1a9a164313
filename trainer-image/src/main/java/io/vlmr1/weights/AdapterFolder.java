package io.vlmr1.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter as peft saves it: adapter_config.json and adapter_model.safetensors. Its tensors
 * decide what is adapted.
 */
public final class AdapterFolder implements AutoCloseable {
  /** Name of the weights in an adapter's folder. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  /** What peft puts before a module's path. */
  public static final String PREFIX = "base_model.model.";

  private static final String FIRST = ".lora_A.weight";
  private static final String SECOND = ".lora_B.weight";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final AdapterConfig config;
  private final SafetensorsFile file;
  private final Map<String, Integer> ranks = new LinkedHashMap<>();
  private final Map<String, String> whole = new LinkedHashMap<>();

  private AdapterFolder(Path folder, AdapterConfig config, SafetensorsFile file) {
    this.folder = folder;
    this.config = config;
    this.file = file;
    for (String name : file.names()) {
      sort(name);
    }
  }

  /** Whether a folder holds an adapter. */
  public static boolean is(Path folder) {
    return Files.isRegularFile(folder.resolve(AdapterConfig.FILE));
  }

  /**
   * Opens a folder.
   *
   * @throws VlmR1Exception (bad model) naming the file and what is wrong with it
   */
  public static AdapterFolder open(Path folder) {
    AdapterConfig config = AdapterConfig.read(folder);
    return new AdapterFolder(folder, config, SafetensorsFile.open(folder.resolve(WEIGHTS)));
  }

  private void sort(String name) {
    if (!name.startsWith(PREFIX)) {
      throw bad("tensor " + name + " does not begin with " + PREFIX);
    }
    String inside = name.substring(PREFIX.length());
    if (inside.endsWith(FIRST)) {
      String module = inside.substring(0, inside.length() - FIRST.length());
      String second = PREFIX + module + SECOND;
      if (!file.names().contains(second)) {
        throw bad("tensor " + name + " has no " + second + " beside it");
      }
      long rank = file.entry(name).shape()[0];
      if (file.entry(second).shape().length != 2 || file.entry(second).shape()[1] != rank) {
        throw bad("tensors " + name + " and " + second + " differ in their rank");
      }
      ranks.put(module, (int) rank);
    } else if (inside.endsWith(SECOND)) {
      String first = PREFIX + inside.substring(0, inside.length() - SECOND.length()) + FIRST;
      if (!file.names().contains(first)) {
        throw bad("tensor " + name + " has no " + first + " beside it");
      }
    } else if (inside.contains(".lora_")) {
      throw bad("tensor " + name + " is of a kind that is not supported yet");
    } else if (!inside.contains(".base_layer.")) { // a copy of the model's own weight
      whole.put(inside.replace(".modules_to_save.", "."), name);
    }
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Its configuration. */
  public AdapterConfig config() {
    return config;
  }

  /** Ranks by module path, as the files name modules. */
  public Map<String, Integer> ranks() {
    return Map.copyOf(ranks);
  }

  /** Names of weights that are in it whole. */
  public Set<String> whole() {
    return Set.copyOf(whole.keySet());
  }

  /** The first factor of a module's pair, [rank, in]; belongs to the current scope. */
  public Tensor first(String module) {
    return file.tensor(PREFIX + module + FIRST);
  }

  /** The second factor, [out, rank]. */
  public Tensor second(String module) {
    return file.tensor(PREFIX + module + SECOND);
  }

  /** A weight that is in it whole. */
  public Tensor wholeTensor(String name) {
    String found = whole.get(name);
    if (found == null) {
      throw bad("no tensor " + name);
    }
    return file.tensor(found);
  }

  /** The error that says of this folder what is wrong. */
  public VlmR1Exception bad(String what) {
    return new VlmR1Exception(
        ExitCode.BAD_MODEL,
        folder.resolve(WEIGHTS) + ": " + what + "; use a LoRA adapter of this model");
  }

  /**
   * What an adapter was made for.
   *
   * @param base name of the model
   * @param task as peft calls it; null: none
   */
  public record Made(String base, @Nullable String task) {}

  /**
   * Writes an adapter.
   *
   * @param made what it was made for
   * @param targets ends of the names of adapted modules
   * @param tensors by their names in the file
   * @throws IOException when the disk is full or not writable
   */
  public static void write(
      Path folder,
      AdapterConfig config,
      Made made,
      List<String> targets,
      Map<String, Tensor> tensors)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, Integer> ranks = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.endsWith(FIRST) && tensor.size(0) != config.rank()) {
            String module = name.substring(PREFIX.length(), name.length() - FIRST.length());
            ranks.put(module, (int) tensor.size(0));
          }
        });
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve(AdapterConfig.FILE).toFile(),
            config.json(made.base(), made.task(), targets, ranks));
    SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors, Map.of("format", "pt"));
  }

  @Override
  public void close() {
    file.close();
  }
}

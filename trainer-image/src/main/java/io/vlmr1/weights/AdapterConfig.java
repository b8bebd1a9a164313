package io.vlmr1.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What adapter_config.json says of a LoRA adapter, as peft writes it.
 *
 * @param rank of the pairs
 * @param alpha the pairs are scaled by alpha / rank
 * @param dropout share of the inputs that are dropped in training
 * @param rankStabilised scaled by alpha / sqrt(rank) in its place (rsLoRA, Kalajdzievski 2023)
 * @param alphas of modules that differ, by the end of their names
 * @param modulesToSave ends of the names of modules that train whole
 */
public record AdapterConfig(
    int rank,
    double alpha,
    double dropout,
    boolean rankStabilised,
    Map<String, Double> alphas,
    List<String> modulesToSave) {
  /** Its name in an adapter's folder. */
  public static final String FILE = "adapter_config.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  public AdapterConfig {
    alphas = Map.copyOf(alphas);
    modulesToSave = List.copyOf(modulesToSave);
  }

  /**
   * Reads a folder's adapter_config.json.
   *
   * @throws VlmR1Exception (bad model) when it is not there, or asks for what is not supported
   */
  static AdapterConfig read(Path folder) {
    JsonNode json =
        HuggingFaceFolder.json(folder, FILE)
            .orElseThrow(
                () ->
                    new VlmR1Exception(
                        ExitCode.BAD_MODEL,
                        folder + ": has no " + FILE + "; name a folder that peft wrote"));
    Path file = folder.resolve(FILE);
    if (!json.path("peft_type").asText("").equals("LORA")) {
      throw bad(file, "peft_type is " + json.path("peft_type") + ", not \"LORA\"");
    }
    refuse(file, json);
    Map<String, Double> alphas = new LinkedHashMap<>();
    json.path("alpha_pattern")
        .properties()
        .forEach(entry -> alphas.put(entry.getKey(), entry.getValue().asDouble()));
    List<String> whole = new ArrayList<>();
    json.path("modules_to_save").forEach(name -> whole.add(name.asText()));
    int rank = json.path("r").asInt();
    if (rank < 1 || !json.path("lora_alpha").isNumber()) {
      throw bad(file, "r or lora_alpha is not a number above 0");
    }
    return new AdapterConfig(
        rank,
        json.path("lora_alpha").asDouble(),
        json.path("lora_dropout").asDouble(0),
        json.path("use_rslora").asBoolean(false),
        alphas,
        whole);
  }

  /** What would change the numbers and is not known here. */
  private static void refuse(Path file, JsonNode json) {
    Stream.of("use_dora", "use_qalora", "lora_bias", "fan_in_fan_out", "use_bdlora")
        .filter(name -> json.path(name).asBoolean(false))
        .findFirst()
        .ifPresent(
            name -> {
              throw bad(file, name + " is true, which is not supported yet");
            });
    Stream.of("layer_replication", "target_parameters", "trainable_token_indices")
        .filter(name -> json.hasNonNull(name) && !json.path(name).isEmpty())
        .findFirst()
        .ifPresent(
            name -> {
              throw bad(file, name + " is set, which is not supported yet");
            });
    if (!json.path("bias").asText("none").equals("none")) {
      throw bad(file, "bias is " + json.path("bias") + "; only \"none\" is supported yet");
    }
  }

  private static VlmR1Exception bad(Path file, String what) {
    return new VlmR1Exception(
        ExitCode.BAD_MODEL, file + ": " + what + "; use a plain LoRA adapter of peft");
  }

  /**
   * What a pair's product is multiplied by.
   *
   * @param module path of the module inside transformers
   * @param ofRank its rank, which the tensors decide
   */
  public double scale(String module, int ofRank) {
    double own =
        alphas.entrySet().stream()
            .filter(entry -> Pattern.matches("(.*\\.)?(" + entry.getKey() + ")", module))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(alpha);
    return own / (rankStabilised ? Math.sqrt(ofRank) : ofRank);
  }

  /** The same with another dropout. */
  public AdapterConfig withDropout(double other) {
    return new AdapterConfig(rank, alpha, other, rankStabilised, alphas, modulesToSave);
  }

  /** Whether a module trains whole: peft looks at the ends of names. */
  public boolean saves(String module) {
    return modulesToSave.stream().anyMatch(module::endsWith);
  }

  /**
   * As peft writes it.
   *
   * @param base name of the model that the adapter was made for
   * @param targets ends of the names of adapted modules
   * @param task the class of peft that opens it; null: its plain one
   * @param ranks of modules whose rank differs from this one's, by name
   */
  ObjectNode json(
      String base, @Nullable String task, List<String> targets, Map<String, Integer> ranks) {
    ObjectNode json = JSON.createObjectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", task);
    json.put("base_model_name_or_path", base);
    json.putNull("revision");
    json.put("inference_mode", true);
    json.put("r", rank);
    if (alpha == Math.rint(alpha)) {
      json.put("lora_alpha", (long) alpha);
    } else {
      json.put("lora_alpha", alpha);
    }
    json.put("lora_dropout", dropout);
    json.put("use_rslora", rankStabilised);
    json.put("use_dora", false);
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("init_lora_weights", true);
    json.set("target_modules", JSON.valueToTree(targets));
    if (modulesToSave.isEmpty()) {
      json.putNull("modules_to_save");
    } else {
      json.set("modules_to_save", JSON.valueToTree(modulesToSave));
    }
    json.set("rank_pattern", JSON.valueToTree(ranks));
    json.set("alpha_pattern", JSON.valueToTree(alphas));
    return json;
  }
}

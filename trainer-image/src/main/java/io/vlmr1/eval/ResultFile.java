package io.vlmr1.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.eval.Evaluator.Answered;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An evaluation as VLM-R1 writes it, `{accuracy, results}`, with our metrics besides. */
public final class ResultFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultFile() {}

  /**
   * Writes the file, whole or not at all.
   *
   * @param images folder from which the rows' pictures are named
   */
  public static void write(
      Path file, EvaluationResult result, List<Answered> answered, Path images) {
    Map<String, Object> content = content(result, answered, images);
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content);
      Files.write(partial, json.getBytes(StandardCharsets.UTF_8)); // takes half a surrogate pair
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          file + ": " + e + "; give the output folder space and write permission",
          e);
    }
  }

  /** The file's content; accuracy in percent, as VLM-R1 prints it. */
  static Map<String, Object> content(
      EvaluationResult result, List<Answered> answered, Path images) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("accuracy", 100 * result.metrics().getOrDefault("accuracy", 0.0));
    content.put("results", answered.stream().map(one -> entry(one, images)).toList());
    content.put("name", result.name());
    content.put("task", result.task());
    content.put("checkpoint", result.checkpoint());
    content.put("metrics", result.metrics());
    return content;
  }

  private static Map<String, Object> entry(Answered one, Path images) {
    Map<String, Object> entry = new LinkedHashMap<>();
    List<String> names =
        one.row().images().stream().map(path -> images.relativize(path).toString()).toList();
    entry.put("image", names.size() == 1 ? names.get(0) : names);
    entry.put("question", one.row().problem());
    Map<String, Object> fields = one.verdict().fields();
    if (fields.containsKey("ground_truth")) {
      entry.put("ground_truth", fields.get("ground_truth"));
    }
    entry.put("model_output", one.answer().text());
    entry.putAll(fields);
    entry.put("correct", one.verdict().correct() ? 1 : 0);
    return entry;
  }
}

package io.vlmr1.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON files of a model folder; every error names the file. */
final class ModelJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelJson() {}

  /**
   * The content of a file.
   *
   * @throws VlmR1Exception BAD_MODEL when it is absent, unreadable or not JSON
   */
  static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          file + ": not JSON (" + e.getOriginalMessage() + "); copy the model's file again",
          e);
    } catch (IOException e) {
      String why = Files.exists(file) ? "not readable (" + e.getMessage() + ")" : "not there";
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL, file + ": " + why + "; name a complete Hugging Face folder", e);
    }
  }
}

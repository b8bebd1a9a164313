package io.vlmr1.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.weights.HuggingFaceFolder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Ids of added tokens, for families whose config.json does not tell them. */
public final class AddedTokens {
  private final Path file;
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  private AddedTokens(Path file) {
    this.file = file;
  }

  /** Those of a folder's tokenizer.json. */
  public static AddedTokens of(Path folder) {
    AddedTokens tokens = new AddedTokens(folder.resolve("tokenizer.json"));
    JsonNode json =
        HuggingFaceFolder.json(folder, "tokenizer.json")
            .orElseThrow(
                () ->
                    new VlmR1Exception(
                        ExitCode.BAD_MODEL,
                        tokens.file + ": not there; name a complete model folder"));
    for (JsonNode token : json.path("added_tokens")) {
      tokens.ids.put(token.path("content").asText(), token.path("id").asInt());
    }
    return tokens;
  }

  /** The id of a token that must be there. */
  public int id(String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL,
          file + ": has no token " + token + "; use the tokenizer of this model");
    }
    return id;
  }

  /** The ids of those that are there. */
  public Set<Integer> known(Collection<String> tokens) {
    return tokens.stream().map(ids::get).filter(Objects::nonNull).collect(Collectors.toSet());
  }
}

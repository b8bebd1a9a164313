package io.vlmr1.cli.fetch;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file of a model, as the hub lists it.
 *
 * @param name path below the model's folder
 * @param size bytes
 * @param sha256 of its content, for large files
 * @param gitSha1 of its content as a git blob, for small ones
 */
record HubFile(String name, long size, @Nullable String sha256, @Nullable String gitSha1) {
  /** What a Hugging Face folder is read by; weights of other frameworks stay where they are. */
  private static final List<String> WANTED =
      List.of(".safetensors", ".json", ".txt", ".model", ".jinja");

  boolean wanted() {
    String lower = name.toLowerCase(Locale.ROOT);
    return WANTED.stream().anyMatch(lower::endsWith);
  }

  /** Whether it stays below the folder that it is written to. */
  boolean harmless() {
    return !name.startsWith("/")
        && !name.contains("\\")
        && !List.of(name.split("/", -1)).contains("..")
        && !name.startsWith(".fetch");
  }
}

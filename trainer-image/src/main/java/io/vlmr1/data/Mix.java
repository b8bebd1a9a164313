package io.vlmr1.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * VLM-R1's mix of files: YAML with `datasets: [{json_path, sampling_strategy}]`. Each entry becomes
 * a source of its own with the images and the reward method of the mix.
 */
final class Mix {
  private static final YAMLMapper YAML = new YAMLMapper();

  private Mix() {}

  static boolean is(DataSource source) {
    String name = source.file().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  /** The mix's sources in order; relative paths start from its own folder. */
  static List<DataSource> read(DataSource mix) {
    if (!mix.sampling().equals(Sampling.ALL)) {
      throw bad(mix, "is a mix and says itself how its files are sampled; remove sampling");
    }
    JsonNode entries = parse(mix).path("datasets");
    if (!entries.isArray() || entries.isEmpty()) {
      throw bad(mix, "has no list datasets; write datasets: [{json_path: FILE}]");
    }
    Path folder = Objects.requireNonNull(mix.file().toAbsolutePath().getParent());
    List<DataSource> sources = new ArrayList<>();
    for (JsonNode entry : entries) {
      String place = "datasets[" + sources.size() + "]";
      if (!entry.path("json_path").isTextual()) {
        throw bad(mix, place + " has no json_path; name a .json or .jsonl file");
      }
      String path = entry.path("json_path").asText();
      sources.add(
          new DataSource(
              mix.name() + "/" + path,
              folder.resolve(path).normalize(),
              mix.images(),
              mix.rewardMethod(),
              sampling(mix, place, entry.path("sampling_strategy"))));
    }
    return sources;
  }

  private static JsonNode parse(DataSource mix) {
    try {
      return YAML.readTree(mix.file().toFile());
    } catch (IOException e) {
      String why = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
      throw bad(mix, "cannot be read as YAML: " + why);
    }
  }

  private static Sampling sampling(DataSource mix, String place, JsonNode strategy) {
    if (strategy.isMissingNode() || strategy.isNull()) {
      return Sampling.ALL;
    }
    try {
      return Sampling.parse(strategy.asText());
    } catch (IllegalArgumentException e) {
      throw bad(mix, place + ".sampling_strategy: " + e.getMessage());
    }
  }

  private static VlmR1Exception bad(DataSource mix, String what) {
    return new VlmR1Exception(ExitCode.BAD_DATA, mix.file() + ": " + what);
  }
}

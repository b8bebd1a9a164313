package io.vlmr1.cli.fetch;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hub or a mirror of it, as one who may read there.
 *
 * @param endpoint address of the hub
 * @param token for private models; null: none
 */
public record HubAccess(String endpoint, @Nullable String token) {
  /** The hub itself. */
  static final String PUBLIC = "https://huggingface.co";

  private static final long MIB = 1024L * 1024;
  private static final int TRIES = 6;

  /** How a model comes where nobody says otherwise: connections at once, MiB of a part. */
  static final int CONNECTIONS = 8;

  static final int PART_MIB = 16;

  /** By the variables of the hub's own client: HF_ENDPOINT and HF_TOKEN. */
  public static HubAccess of(Map<String, String> environment) {
    return new HubAccess(
        environment.getOrDefault("HF_ENDPOINT", PUBLIC), environment.get("HF_TOKEN"));
  }

  /**
   * Brings a model into a folder of a cache; what is there already is not asked for again.
   *
   * @param source hf://organisation/name@revision
   * @param cache gets a folder for the model and its revision
   * @param tell hears of each file
   * @return the model's folder
   * @throws VlmR1Exception USAGE for another kind of source, BAD_MODEL when the hub has no such
   *     model, OUTPUT_VOLUME when the cache cannot be written
   */
  public Path fetched(String source, Path cache, Consumer<String> tell) {
    HubModel model = HubModel.parse(source);
    Path folder = cache.resolve(model.repository().replace("/", "--")).resolve(model.revision());
    download(model, folder, settings(CONNECTIONS, PART_MIB), tell);
    return folder;
  }

  static Download.Settings settings(int connections, int partMib) {
    return new Download.Settings(connections, partMib * MIB, TRIES, Duration.ofMillis(500));
  }

  void download(HubModel model, Path folder, Download.Settings settings, Consumer<String> tell) {
    Hub hub =
        new Hub(
            address(),
            token == null || token.isBlank() ? null : token.strip(),
            Duration.ofSeconds(30));
    new Download(hub, model, folder, settings, tell).run();
  }

  private URI address() {
    try {
      URI uri = URI.create(endpoint);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) { // told below
    }
    throw new VlmR1Exception(
        ExitCode.USAGE, '"' + endpoint + "\" is no address; write it as https://host");
  }

  @Override
  public String toString() {
    return endpoint; // never the token
  }
}

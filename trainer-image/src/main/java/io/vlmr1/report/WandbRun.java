package io.vlmr1.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of Weights & Biases over HTTP, by two requests that its own client (wandb 0.19.11) makes:
 * the GraphQL mutation upsertBucket, which makes or finds the run, and POSTs to file_stream, which
 * append lines of history. A resumed training goes on in the same run.
 */
public final class WandbRun implements MetricsSink {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UPSERT =
      """
      mutation UpsertBucket($name: String, $project: String, $entity: String, \
      $displayName: String, $config: JSONString) {
        upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, \
      displayName: $displayName, config: $config}) {
          bucket { name historyLineCount project { name entity { name } } }
        }
      }
      """;

  private final Settings settings;
  private final Path memory;
  private final Sender sender;
  private final long started = System.currentTimeMillis();
  private @Nullable URI stream;
  private long lines;

  /**
   * Where and under which names.
   *
   * @param server its API
   * @param key of the API
   * @param entity a user or team; null: the key's own
   * @param project made when it is not there
   * @param run its name
   * @param parameters shown beside the run
   */
  public record Settings(
      URI server,
      String key,
      @Nullable String entity,
      String project,
      String run,
      Map<String, String> parameters) {
    @Override
    public String toString() {
      return server + " " + project; // never the key
    }
  }

  /**
   * A run that begins with its first step.
   *
   * @param memory file that remembers the run for a training that goes on
   * @param trouble hears of the first failure
   */
  public WandbRun(Settings settings, Path memory, Consumer<String> trouble) {
    this.settings = settings;
    this.memory = memory;
    this.sender = new Sender("Weights & Biases at " + settings.server(), trouble);
  }

  @Override
  public void step(int step, Map<String, Double> metrics) {
    double now = System.currentTimeMillis() / 1000.0;
    Map<String, Object> line = new LinkedHashMap<>();
    metrics.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            line.put(name, value);
          }
        });
    line.put("_step", step);
    line.put("_timestamp", now);
    line.put("_runtime", now - started / 1000.0);
    sender.later(() -> append(line));
  }

  @Override
  public void close() {
    sender.later(() -> post(stream(), "file_stream", Map.of("complete", true, "exitcode", 0)));
    sender.close();
  }

  private void append(Map<String, Object> line) throws IOException, InterruptedException {
    URI to = stream();
    String text = JSON.writeValueAsString(line);
    Map<String, Object> files = new LinkedHashMap<>();
    files.put("wandb-history.jsonl", Map.of("offset", lines, "content", List.of(text)));
    files.put("wandb-summary.json", Map.of("offset", 0, "content", List.of(text)));
    post(to, "file_stream", Map.of("files", files));
    lines++;
  }

  /** Where history goes: known, or of a run that is made or found now. Only one thread asks. */
  private URI stream() throws IOException, InterruptedException {
    URI known = stream;
    if (known != null) {
      return known;
    }
    boolean resumed = Files.exists(memory);
    String name =
        resumed
            ? Files.readString(memory).strip()
            : UUID.randomUUID().toString().replace("-", "").substring(0, 8);
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("name", name);
    variables.put("project", settings.project());
    variables.put("entity", settings.entity());
    variables.put("displayName", settings.run());
    variables.put("config", config());
    JsonNode answer =
        post(
            address("/graphql"),
            "upsertBucket",
            Map.of("query", UPSERT, "variables", variables, "operationName", "UpsertBucket"));
    JsonNode bucket = answer.path("data").path("upsertBucket").path("bucket");
    JsonNode project = bucket.path("project");
    if (!bucket.path("name").isTextual()) {
      throw new IOException("upsertBucket answered " + answer.path("errors"));
    }
    Files.writeString(memory, name);
    lines = bucket.path("historyLineCount").asLong(0);
    URI found =
        address(
            "/files/"
                + encoded(project.path("entity").path("name").asText())
                + "/"
                + encoded(project.path("name").asText())
                + "/"
                + encoded(bucket.path("name").asText())
                + "/file_stream");
    stream = found;
    return found;
  }

  private String config() throws JsonProcessingException {
    Map<String, Object> config = new LinkedHashMap<>();
    settings.parameters().forEach((key, value) -> config.put(key, Map.of("value", value)));
    return JSON.writeValueAsString(config);
  }

  private JsonNode post(URI to, String what, Map<String, ?> body)
      throws IOException, InterruptedException {
    String pair = "api:" + settings.key();
    String authorization =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return sender.post(
        HttpRequest.newBuilder(to).header("Authorization", authorization), what, body);
  }

  private URI address(String path) {
    return URI.create(settings.server().toString().replaceAll("/+$", "") + path);
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

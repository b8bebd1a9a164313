package io.vlmr1.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of an MLflow server, over its REST API (api/2.0/mlflow). A resumed training goes on in the
 * same run.
 */
public final class MlflowRun implements MetricsSink {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings;
  private final Path memory;
  private final Sender sender;
  private @Nullable String runId;

  /**
   * Where and under which names.
   *
   * @param server the tracking server
   * @param authorization value of the header Authorization; null: none
   * @param experiment made when it is not there
   * @param run its name
   * @param parameters shown beside the run
   */
  public record Settings(
      URI server,
      @Nullable String authorization,
      String experiment,
      String run,
      Map<String, String> parameters) {}

  /**
   * A run that begins with its first step.
   *
   * @param memory file that remembers the run for a training that goes on
   * @param trouble hears of the first failure
   */
  public MlflowRun(Settings settings, Path memory, Consumer<String> trouble) {
    this.settings = settings;
    this.memory = memory;
    this.sender = new Sender("MLflow at " + settings.server(), trouble);
  }

  @Override
  public void step(int step, Map<String, Double> metrics) {
    long now = System.currentTimeMillis();
    List<Map<String, Object>> values = new ArrayList<>();
    metrics.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            values.add(Map.of("key", name, "value", value, "timestamp", now, "step", step));
          }
        });
    sender.later(() -> post("runs/log-batch", Map.of("run_id", run(), "metrics", values)));
  }

  @Override
  public void close() {
    sender.later(
        () ->
            post(
                "runs/update",
                Map.of(
                    "run_id", run(),
                    "status", "FINISHED",
                    "end_time", System.currentTimeMillis())));
    sender.close();
  }

  /** The run's id: remembered, or of a run made now. Only the sending thread asks. */
  private String run() throws IOException, InterruptedException {
    String known = runId;
    if (known != null) {
      return known;
    }
    if (Files.exists(memory)) {
      known = Files.readString(memory).strip();
    } else {
      known = create();
      Files.writeString(memory, known);
    }
    runId = known;
    return known;
  }

  private String create() throws IOException, InterruptedException {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("experiment_id", experiment());
    run.put("run_name", settings.run());
    run.put("start_time", System.currentTimeMillis());
    String id = post("runs/create", run).path("run").path("info").path("run_id").asText();
    List<Map<String, String>> parameters = new ArrayList<>();
    settings
        .parameters()
        .forEach((key, value) -> parameters.add(Map.of("key", key, "value", value)));
    post("runs/log-batch", Map.of("run_id", id, "params", parameters));
    return id;
  }

  private String experiment() throws IOException, InterruptedException {
    String name = URLEncoder.encode(settings.experiment(), StandardCharsets.UTF_8);
    HttpResponse<String> known =
        sender.answer(request("experiments/get-by-name?experiment_name=" + name).GET());
    if (known.statusCode() == 200) {
      return JSON.readTree(known.body()).path("experiment").path("experiment_id").asText();
    }
    return post("experiments/create", Map.of("name", settings.experiment()))
        .path("experiment_id")
        .asText();
  }

  private JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
    return sender.post(request(path), path, body);
  }

  private HttpRequest.Builder request(String path) {
    String base = settings.server().toString().replaceAll("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/api/2.0/mlflow/" + path));
    if (settings.authorization() != null) {
      request.header("Authorization", settings.authorization());
    }
    return request;
  }
}

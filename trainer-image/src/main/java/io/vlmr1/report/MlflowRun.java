package io.vlmr1.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of an MLflow server, over its REST API (api/2.0/mlflow). A thread of its own sends; when
 * the server is slow or gone, steps are dropped after some hundred, training goes on, and the first
 * failure is told. A resumed training goes on in the same run.
 */
public final class MlflowRun implements MetricsSink {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAITING = 512;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final long LAST_WORDS_SECONDS = 15;

  private final Settings settings;
  private final Path memory;
  private final Consumer<String> trouble;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final ThreadPoolExecutor sender =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), MlflowRun::daemon);
  private @Nullable String runId;
  private long failures;

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
    this.trouble = trouble;
    sender.setRejectedExecutionHandler((task, pool) -> failed("too slow: a step was dropped"));
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
    sender.execute(
        () -> guarded(() -> post("runs/log-batch", Map.of("run_id", run(), "metrics", values))));
  }

  @Override
  public void close() {
    sender.execute(
        () ->
            guarded(
                () ->
                    post(
                        "runs/update",
                        Map.of(
                            "run_id", run(),
                            "status", "FINISHED",
                            "end_time", System.currentTimeMillis()))));
    sender.shutdown();
    try {
      if (!sender.awaitTermination(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private interface Sending {
    void send() throws IOException, InterruptedException;
  }

  private void guarded(Sending sending) {
    try {
      sending.send();
    } catch (IOException e) {
      failed(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void failed(String why) {
    if (failures++ == 0) {
      trouble.accept(
          "MLflow at "
              + settings.server()
              + ": "
              + why
              + "; training goes on, metrics.jsonl has every step");
    }
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
        send(request("experiments/get-by-name?experiment_name=" + name).GET().build());
    if (known.statusCode() == 200) {
      return JSON.readTree(known.body()).path("experiment").path("experiment_id").asText();
    }
    return post("experiments/create", Map.of("name", settings.experiment()))
        .path("experiment_id")
        .asText();
  }

  private JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build());
    if (response.statusCode() != 200) {
      String said = response.body().replaceAll("\\s+", " ");
      throw new IOException(
          path
              + " answered "
              + response.statusCode()
              + ": "
              + said.substring(0, Math.min(200, said.length())));
    }
    return JSON.readTree(response.body());
  }

  private HttpRequest.Builder request(String path) {
    String base = settings.server().toString().replaceAll("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/api/2.0/mlflow/" + path)).timeout(TIMEOUT);
    if (settings.authorization() != null) {
      request.header("Authorization", settings.authorization());
    }
    return request;
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "mlflow");
    thread.setDaemon(true);
    return thread;
  }
}

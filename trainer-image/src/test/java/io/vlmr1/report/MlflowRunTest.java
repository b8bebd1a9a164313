package io.vlmr1.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server of MLflow's REST API hears of a training. */
class MlflowRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<JsonNode> batches = new CopyOnWriteArrayList<>();
  private final List<String> trouble = new ArrayList<>();
  private HttpServer server;
  private boolean broken;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/2.0/mlflow/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void hearsEveryStepAndTheEndInOneRunAcrossResumes() {
    try (MlflowRun run = run()) {
      run.step(1, Map.of("reward", 0.5, "kl", Double.NaN));
    }
    try (MlflowRun again = run()) {
      again.step(2, Map.of("reward", 0.75));
    }
    assertThat(heard)
        .containsExactly(
            "experiments/get-by-name?experiment_name=my+experiment Bearer t",
            "experiments/create Bearer t",
            "runs/create Bearer t",
            "runs/log-batch Bearer t",
            "runs/log-batch Bearer t",
            "runs/update Bearer t",
            "runs/log-batch Bearer t",
            "runs/update Bearer t");
    assertThat(batches.get(0).path("params").path(0).path("key").asText()).isEqualTo("seed");
    assertThat(batches.get(1).path("metrics")).hasSize(1);
    JsonNode metric = batches.get(2).path("metrics").path(0);
    assertThat(metric.path("key").asText()).isEqualTo("reward");
    assertThat(metric.path("step").asInt()).isEqualTo(2);
    assertThat(metric.path("value").asDouble()).isEqualTo(0.75);
    assertThat(trouble).isEmpty();
  }

  @Test
  void aBrokenServerIsToldOnceAndHoldsUpNothing() {
    broken = true;
    try (MlflowRun run = run()) {
      for (int step = 1; step <= 50; step++) {
        run.step(step, Map.of("reward", 0.5));
      }
    }
    assertThat(trouble)
        .singleElement()
        .asString()
        .contains("experiments/create answered 500: no")
        .contains("training goes on");
  }

  private MlflowRun run() {
    return new MlflowRun(
        new MlflowRun.Settings(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
            "Bearer t",
            "my experiment",
            "job",
            Map.of("seed", "42")),
        folder.resolve("run"),
        trouble::add);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString().replace("/api/2.0/mlflow/", "");
    heard.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] request = exchange.getRequestBody().readAllBytes();
    if (path.equals("runs/log-batch")) {
      batches.add(JSON.readTree(request));
    }
    boolean unknown = path.startsWith("experiments/get-by-name");
    String body =
        broken
            ? "no"
            : switch (path) {
              case "experiments/create" -> "{\"experiment_id\": \"7\"}";
              case "runs/create" -> "{\"run\": {\"info\": {\"run_id\": \"r1\"}}}";
              default -> "{}";
            };
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(broken ? 500 : unknown ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}

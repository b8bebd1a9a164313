package io.vlmr1.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.reward.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server of Weights & Biases hears of a training. */
class WandbRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUCKET =
      """
      {"data": {"upsertBucket": {"bucket": {"name": "%s", "historyLineCount": %d,
        "project": {"name": "my project", "entity": {"name": "team"}}}}}}
      """;

  @TempDir Path folder;
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private final List<String> trouble = new ArrayList<>();

  @Test
  void hearsEveryStepAndTheEndInOneRunAcrossResumes() throws Exception {
    AtomicInteger history = new AtomicInteger();
    try (LocalServer server =
        new LocalServer(
            (exchange, body) -> {
              String path = exchange.getRequestURI().getRawPath();
              paths.add(path);
              JsonNode asked = JSON.readTree(body);
              history.addAndGet(body.contains("wandb-history.jsonl") ? 1 : 0);
              String name = asked.path("variables").path("name").asText();
              boolean upsert = path.equals("/graphql");
              LocalServer.say(exchange, 200, upsert ? BUCKET.formatted(name, history.get()) : "{}");
            })) {
      try (WandbRun run = run(server)) {
        run.step(1, Map.of("reward", 0.5, "kl", Double.NaN));
        run.step(2, Map.of("reward", 0.75));
      }
      try (WandbRun again = run(server)) {
        again.step(3, Map.of("reward", 1.0));
      }

      assertThat(trouble).isEmpty();
      String stream = paths.get(1);
      assertThat(stream).matches("/files/team/my%20project/[0-9a-f]{8}/file_stream");
      assertThat(paths)
          .containsExactly("/graphql", stream, stream, stream, "/graphql", stream, stream);
      JsonNode upsert = JSON.readTree(server.bodies().get(0));
      assertThat(upsert.path("query").asText()).contains("upsertBucket(input:");
      JsonNode config = JSON.readTree(upsert.path("variables").path("config").asText());
      assertThat(config.path("seed").path("value").asText()).isEqualTo("42");
      assertThat(line(server, 1).has("kl")).as("NaN is no JSON").isFalse();
      assertThat(line(server, 2).path("_step").asInt()).isEqualTo(2);
      assertThat(line(server, 2).path("reward").asDouble()).isEqualTo(0.75);
      assertThat(history(server, 2).path("offset").asInt()).isEqualTo(1);
      assertThat(history(server, 5).path("offset").asInt()).as("after the resume").isEqualTo(2);
      assertThat(JSON.readTree(server.bodies().get(6)).path("complete").asBoolean()).isTrue();
      String key =
          Base64.getEncoder().encodeToString("api:s3cret".getBytes(StandardCharsets.UTF_8));
      assertThat(server.keys()).containsOnly("Basic " + key);
    }
  }

  @Test
  void aRefusalIsToldOnceAndHoldsUpNothing() throws Exception {
    try (LocalServer server =
        new LocalServer(
            (exchange, body) ->
                LocalServer.say(
                    exchange, 200, "{\"errors\": [{\"message\": \"permission denied\"}]}"))) {
      try (WandbRun run = run(server)) {
        for (int step = 1; step <= 50; step++) {
          run.step(step, Map.of("reward", 0.5));
        }
      }
    }
    assertThat(trouble)
        .singleElement()
        .asString()
        .contains("permission denied", "training goes on")
        .doesNotContain("s3cret");
  }

  private static JsonNode history(LocalServer server, int request) throws IOException {
    return JSON.readTree(server.bodies().get(request)).path("files").path("wandb-history.jsonl");
  }

  private static JsonNode line(LocalServer server, int request) throws IOException {
    return JSON.readTree(history(server, request).path("content").path(0).asText());
  }

  private WandbRun run(LocalServer server) {
    return new WandbRun(
        new WandbRun.Settings(
            URI.create(server.url("/")), "s3cret", null, "my project", "job", Map.of("seed", "42")),
        folder.resolve("run"),
        trouble::add);
  }
}

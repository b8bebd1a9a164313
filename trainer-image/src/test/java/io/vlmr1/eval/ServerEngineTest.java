package io.vlmr1.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.v1alpha1.Task;
import io.vlmr1.data.DataSource;
import io.vlmr1.data.Sampling;
import io.vlmr1.image.SmartResize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation by a real server that is not always well. */
class ServerEngineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger failing = new AtomicInteger();
  private int status = 503;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
    ImageIO.write(
        new BufferedImage(56, 28, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("a.png").toFile());
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      rows.append(
          "{\"id\":%d,\"image\":\"a.png\",\"conversations\":[{\"from\":\"human\",\"value\":\"<image>Where is %d?\"},{\"from\":\"gpt\",\"value\":[0,0,20,20]}]}\n"
              .formatted(i, i));
    }
    Files.writeString(folder.resolve("rows.jsonl"), rows);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void asksEveryRowOnceMoreAfterAFailureThatMayPass() {
    failing.set(3);
    Evaluator.Outcome outcome = run(4);
    assertThat(outcome.metrics()).containsEntry("accuracy", 1.0).containsEntry("rows", 6.0);
    assertThat(requests).hasSize(9);
    JsonNode content = requests.get(0).path("messages").path(0).path("content");
    assertThat(content.path(0).path("image_url").path("url").asText())
        .startsWith("data:image/png;base64,");
    assertThat(content.path(1).path("text").asText()).startsWith("Where is ").contains("<think>");
    assertThat(requests.get(0).path("temperature").asDouble()).isZero();
  }

  @Test
  void goesOnAfterAStopWithoutAskingAgain() {
    failing.set(1000);
    status = 400;
    AtomicInteger good = new AtomicInteger(4);
    this.goodFirst = good;
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(VlmR1Exception.class)
        .hasMessageContaining("gave no answer (status 400: no {not} here)")
        .hasMessageContaining("rows.jsonl:");
    assertThat(folder.resolve("result.json")).doesNotExist();
    failing.set(0);
    requests.clear();
    assertThat(run(1).metrics()).containsEntry("rows", 6.0);
    assertThat(requests).as("four were answered before").hasSize(2);
    assertThat(folder.resolve("result.json")).exists();
    assertThat(folder.resolve("result.json.answers.jsonl")).doesNotExist();
  }

  private AtomicInteger goodFirst = new AtomicInteger();

  private Evaluator.Outcome run(int together) {
    ServerEngine engine =
        new ServerEngine(
            new ServerEngine.Settings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"),
                "m",
                "qwen2_5_vl",
                new SmartResize(28, 3136, 1000000),
                null,
                new ServerEngine.Requests(together, 6, Duration.ofSeconds(20))));
    DataSource source =
        new DataSource("rows", folder.resolve("rows.jsonl"), folder, "default", Sampling.ALL);
    return EvaluationRun.of(
            "rows", Task.REC, null, source, new EvaluationRun.Limits(10, 8, together))
        .run(engine, "server", folder.resolve("result.json"), (done, of) -> {});
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode request = JSON.readTree(exchange.getRequestBody());
    requests.add(request);
    boolean fails = goodFirst.getAndDecrement() <= 0 && failing.getAndDecrement() > 0;
    // the picture of 56x28 is seen as 84x56: a box there is 2/3 and 1/2 of its size on disk
    String body =
        fails
            ? "no {not} here"
            : JSON.writeValueAsString(
                Map.of(
                    "choices",
                    List.of(
                        Map.of(
                            "message",
                            Map.of(
                                "content",
                                "<think>t</think><answer>{\"bbox_2d\": [0, 0, 30, 40]}</answer>"))),
                    "usage",
                    Map.of("completion_tokens", 7)));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(fails ? status : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}

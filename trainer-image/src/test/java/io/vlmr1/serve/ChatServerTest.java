package io.vlmr1.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.eval.OpenModel;
import io.vlmr1.image.ImageReader;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.rollout.TextGeneration;
import io.vlmr1.text.Message;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API over a tiny model that is really asked. */
class ChatServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOKENS = 12;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static OpenModel model;

  @SuppressWarnings("NullAway.Init")
  private static ChatEngine engine;

  @SuppressWarnings("NullAway.Init")
  private static ChatServer server;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws IOException {
    model = TinyFolder.in(folder).open();
    engine = new ChatEngine(model, 2);
    server =
        ChatServer.start(engine, new ChatServer.Settings("127.0.0.1", 0, "tiny", 500, 200_000L));
  }

  @AfterAll
  static void stop() {
    server.close();
    engine.close();
    model.close();
  }

  @Test
  void tellsThatItLivesAndWhatItServes() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(get("/v1/models").body()).at("/data/0/id").asText()).isEqualTo("tiny");
    HttpResponse<String> nowhere = get("/v1/nowhere");
    assertThat(nowhere.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(nowhere.body()).at("/error/message").asText()).isNotEmpty();
  }

  @Test
  void aGreedyAnswerIsThatOfTheEngine() throws Exception {
    Path picture = picture();
    JsonNode answer = json(post(question(picture, "\"temperature\": 0")));
    try (PreparedPrompt prompt =
        model
            .processor()
            .prepare(List.of(Message.user(1, "where?")), List.of(ImageReader.read(picture)))) {
      TextGeneration.Answer own =
          TextGeneration.greedy(model.model(), model.tokenizer(), TOKENS)
              .answer(List.of(prompt))
              .get(0);
      assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(own.text());
      assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(prompt.ids().length);
      assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(own.tokens());
      assertThat(answer.at("/choices/0/finish_reason").asText())
          .isEqualTo(own.truncated() ? "length" : "stop");
    }
  }

  @Test
  void aStreamedAnswerIsTheSameInPieces() throws Exception {
    String settings = "\"seed\": 7, \"temperature\": 1.0";
    JsonNode whole = json(post(question(picture(), settings)));
    HttpResponse<String> streamed =
        post(
            question(
                picture(),
                settings + ", \"stream\": true, \"stream_options\": {\"include_usage\": true}"));
    assertThat(streamed.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    List<String> events =
        streamed.body().lines().filter(line -> !line.isEmpty()).map(l -> l.substring(6)).toList();
    assertThat(events.get(events.size() - 1)).isEqualTo("[DONE]");
    StringBuilder text = new StringBuilder();
    JsonNode last = JSON.nullNode();
    for (String event : events.subList(0, events.size() - 1)) {
      last = JSON.readTree(event);
      text.append(last.at("/choices/0/delta/content").asText(""));
    }
    assertThat(text).hasToString(whole.at("/choices/0/message/content").asText());
    assertThat(last.path("usage")).isEqualTo(whole.path("usage"));
    assertThat(JSON.readTree(events.get(0)).at("/choices/0/delta/role").asText())
        .isEqualTo("assistant");
  }

  @Test
  void whatIsWrongIsAnsweredWithItsReason() throws Exception {
    assertThat(error(post("{}"), 400)).startsWith("messages: absent");
    String broken =
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\":"
            + " {\"url\": \"data:image/png;base64,AQID\"}}]}]}";
    assertThat(error(post(broken), 400)).startsWith("picture 0: not a picture of a known kind");
    assertThat(error(post("{\"x\": \"" + "a".repeat(300_000) + "\"}"), 413))
        .contains("more than 200000 bytes");
  }

  @Test
  void moreQuestionsThanMayWaitAreTurnedAway() throws Exception {
    CountDownLatch holding = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Question question =
        ChatRequest.read(
            question(picture(), "\"temperature\": 0").getBytes(StandardCharsets.UTF_8), 500);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    assertThat(engine.ask(question, () -> held(holding, release), ended(ended))).isTrue();
    assertThat(holding.await(60, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> waited = new CompletableFuture<>();
    assertThat(engine.ask(question, () -> false, ended(waited))).isTrue();
    HttpResponse<String> third = post(question(picture(), "\"temperature\": 0"));
    assertThat(error(third, 429)).startsWith("too many questions wait");
    assertThat(third.headers().firstValue("Retry-After")).isPresent();
    assertThat(get("/health").statusCode()).as("while the engine computes").isEqualTo(200);
    release.countDown();
    ended.get(60, TimeUnit.SECONDS);
    waited.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aClientThatGoesIsNotComputedFor() throws Exception {
    Question question =
        ChatRequest.read(
            question(picture(), "\"temperature\": 0").getBytes(StandardCharsets.UTF_8), 500);
    List<String> heard = new ArrayList<>();
    assertThat(
            engine.ask(
                question,
                () -> true,
                new ChatEngine.Listener() {
                  @Override
                  public void text(String piece) {
                    heard.add(piece);
                  }

                  @Override
                  public void done(ChatEngine.Answer answer) {
                    heard.add(answer.text());
                  }

                  @Override
                  public void failed(RuntimeException error) {
                    heard.add(error.toString());
                  }
                }))
        .isTrue();
    assertThat(json(post(question(picture(), "\"temperature\": 0"))).path("choices")).hasSize(1);
    assertThat(heard).as("answered before the next one, or not at all").isEmpty();
  }

  private static boolean held(CountDownLatch holding, CountDownLatch release) {
    holding.countDown();
    try {
      return !release.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ChatEngine.Listener ended(CompletableFuture<Void> ended) {
    return new ChatEngine.Listener() {
      @Override
      public void text(String piece) {}

      @Override
      public void done(ChatEngine.Answer answer) {
        ended.complete(null);
      }

      @Override
      public void failed(RuntimeException error) {
        ended.completeExceptionally(error);
      }
    };
  }

  private static Path picture() {
    try (Stream<Path> all = Files.walk(folder.resolve("images"))) {
      return all.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String question(Path picture, String settings) {
    try {
      String url =
          "data:image/png;base64,"
              + Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
      return """
          {"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "%s"}}, {"type": "text", "text": "where?"}]}],
           "max_tokens": %d, %s}
          """
          .formatted(url, TOKENS, settings);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static String error(HttpResponse<String> response, int status) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body()).at("/error/message").asText();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body) {
    try {
      return client.send(
          HttpRequest.newBuilder(uri("/v1/chat/completions"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}

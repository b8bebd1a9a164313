package io.vlmr1.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.data.Row;
import io.vlmr1.data.TaskPrompt;
import io.vlmr1.image.ImageReader;
import io.vlmr1.image.SmartResize;
import io.vlmr1.reward.Completion.PictureSize;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A server of OpenAI's chat API: greedy answers, pictures sent inside of the request. Requests that
 * fail for a reason that may pass (no connection, 408, 429, 5xx) are tried again, each time after
 * twice the wait.
 *
 * @param settings where and how
 */
public record ServerEngine(Settings settings) implements EvaluationRun.Engine {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);

  /**
   * Where the server is and how it is asked.
   *
   * @param base URL up to and with /v1
   * @param model its name there
   * @param modelType `model_type` of what answers: it decides on prompt and rescaling
   * @param resize how the server's model resizes pictures; null: it sees them as they are
   * @param key bearer token; null: none
   * @param requests a row: how often it is tried, and for how long
   */
  public record Settings(
      URI base,
      String model,
      String modelType,
      @Nullable SmartResize resize,
      @Nullable String key,
      Requests requests) {}

  /**
   * How a row is asked.
   *
   * @param together requests under way at the same time
   * @param attempts before a row makes the evaluation fail
   * @param timeout of one attempt
   */
  public record Requests(int together, int attempts, Duration timeout) {}

  @Override
  public String modelType() {
    return settings.modelType();
  }

  @Override
  public Answerer answerer(TaskPrompt words, int maxNewTokens) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    return rows -> {
      ExecutorService pool = Executors.newFixedThreadPool(settings.requests().together());
      try {
        List<CompletableFuture<Answerer.Answer>> asked = new ArrayList<>();
        for (Row row : rows) {
          asked.add(
              CompletableFuture.supplyAsync(() -> ask(client, words, maxNewTokens, row), pool));
        }
        return asked.stream().map(CompletableFuture::join).toList();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      } finally {
        pool.shutdownNow();
      }
    };
  }

  private Answerer.Answer ask(HttpClient client, TaskPrompt words, int maxNewTokens, Row row) {
    HttpRequest request = request(body(words, maxNewTokens, row));
    String last = "";
    ExitCode code = ExitCode.SERVER_SILENT;
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; attempt <= settings.requests().attempts(); attempt++) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          return answer(row, response.body());
        }
        last = "status " + response.statusCode() + ": " + shortened(response.body());
        if (!mayPass(response.statusCode())) {
          code = ExitCode.USAGE; // it answers, but not to this
          break;
        }
      } catch (IOException e) {
        last = e.toString();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a server answered", e);
      }
      if (attempt < settings.requests().attempts()) {
        LockSupport.parkNanos(wait.toNanos());
        wait = wait.multipliedBy(2);
      }
    }
    throw new VlmR1Exception(
        code,
        row.place()
            + ": "
            + settings.base()
            + " gave no answer ("
            + last
            + "); start the server or correct its address and model, then evaluate again: answers so far"
            + " are kept");
  }

  private static boolean mayPass(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  private HttpRequest request(String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.base() + "/chat/completions"))
            .timeout(settings.requests().timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (settings.key() != null) {
      request.header("Authorization", "Bearer " + settings.key());
    }
    return request.build();
  }

  private String body(TaskPrompt words, int maxNewTokens, Row row) {
    List<Map<String, Object>> content = new ArrayList<>();
    for (Path image : row.images()) {
      content.add(Map.of("type", "image_url", "image_url", Map.of("url", dataUri(row, image))));
    }
    content.add(Map.of("type", "text", "text", words.text(row.problem())));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", settings.model());
    body.put("messages", List.of(Map.of("role", "user", "content", content)));
    body.put("temperature", 0);
    body.put("max_tokens", maxNewTokens);
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String dataUri(Row row, Path image) {
    String name = String.valueOf(image.getFileName()).toLowerCase(Locale.ROOT);
    String type = name.endsWith(".png") ? "png" : name.endsWith(".webp") ? "webp" : "jpeg";
    try {
      byte[] bytes = Files.readAllBytes(image);
      return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    } catch (IOException e) {
      throw new VlmR1Exception(ExitCode.BAD_DATA, row.place() + ": image " + image + ": " + e, e);
    }
  }

  private Answerer.Answer answer(Row row, String body) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IOException("answered with what is no JSON: " + shortened(body), e);
    }
    JsonNode text = json.path("choices").path(0).path("message").path("content");
    if (!text.isTextual()) {
      throw new IOException("answered without choices[0].message.content: " + shortened(body));
    }
    int tokens = json.path("usage").path("completion_tokens").asInt(0);
    return new Answerer.Answer(text.asText(), tokens, sizes(row));
  }

  private List<PictureSize> sizes(Row row) {
    List<PictureSize> sizes = new ArrayList<>();
    for (Path image : row.images()) {
      SmartResize.Size own = ImageReader.size(image);
      SmartResize.Size seen =
          settings.resize() == null ? own : settings.resize().of(own.width(), own.height());
      sizes.add(new PictureSize(own.width(), own.height(), seen.width(), seen.height()));
    }
    return sizes;
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= 200 ? line : line.substring(0, 200) + "…";
  }
}

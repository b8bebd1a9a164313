package io.vlmr1.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The models of a server of OpenAI's API. It lists them once they are loaded, so that the list says
 * as well whether the server is ready.
 *
 * @param base URL up to and with /v1
 */
record ServedModels(URI base) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * Waits until the server answers.
   *
   * @param wanted name that is taken if it is served, else the first one is
   * @return the model's name there
   * @throws VlmR1Exception SERVER_SILENT when the time is over
   */
  String await(String wanted, Duration patience) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/models"))
            .timeout(Duration.ofSeconds(30))
            .build();
    long end = System.nanoTime() + patience.toNanos();
    String last;
    do {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        Optional<String> found =
            response.statusCode() == 200 ? pick(response, wanted) : Optional.empty();
        if (found.isPresent()) {
          return found.get();
        }
        last = "status " + response.statusCode() + ", no models";
      } catch (IOException e) {
        last = e.toString(); // not there yet
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a server started", e);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    } while (System.nanoTime() < end);
    throw new VlmR1Exception(
        ExitCode.SERVER_SILENT,
        "%s/models gave no model within %d s (%s); look at the log of the server, or raise readySeconds"
            .formatted(base, patience.toSeconds(), last));
  }

  private static Optional<String> pick(HttpResponse<String> response, String wanted) {
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode model : JSON.readTree(response.body()).path("data")) {
        names.add(model.path("id").asText());
      }
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    return names.contains(wanted) ? Optional.of(wanted) : names.stream().findFirst();
  }
}

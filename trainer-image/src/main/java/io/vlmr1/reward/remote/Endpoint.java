package io.vlmr1.reward.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.vlmr1.reward.text.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Posts JSON to a server and reads JSON: with a time limit, retries and a circuit breaker. */
final class Endpoint {
  private static final int MOST_BYTES = 16 << 20;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final Address address;
  private final CircuitBreaker breaker;

  Endpoint(Address address, CircuitBreaker breaker) {
    this.address = address;
    this.breaker = breaker;
  }

  /**
   * Where to ask, and how patiently.
   *
   * @param url of the server
   * @param key sent as a bearer token, if there is one
   * @param timeout of one request
   * @param retries after the first
   */
  record Address(URI url, Optional<String> key, Duration timeout, int retries) {
    /** The key is never printed. */
    @Override
    public String toString() {
      return url.toString();
    }

    /** The longest that all attempts together can take. */
    Duration patience() {
      return timeout.multipliedBy(retries + 1L).plus(FIRST_PAUSE.multipliedBy(1L << (retries + 1)));
    }
  }

  /**
   * The server's answer.
   *
   * @throws RemoteTrouble after the last attempt, or at once while the circuit is open
   */
  JsonNode post(JsonNode body) throws RemoteTrouble, InterruptedException {
    if (!breaker.permits()) {
      throw new RemoteTrouble("not asked: " + address + " failed again and again");
    }
    String trouble = "";
    for (int attempt = 0; attempt <= address.retries; attempt++) {
      if (attempt > 0) {
        LockSupport.parkNanos(FIRST_PAUSE.toNanos() << (attempt - 1));
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      try {
        JsonNode answer = once(body);
        breaker.succeeded();
        return answer;
      } catch (TimeoutException e) {
        trouble = "no answer within " + address.timeout.toMillis() / 1000.0 + " s";
      } catch (ExecutionException | IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        trouble = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause + "";
      } catch (RemoteTrouble e) {
        trouble = e.getMessage() + "";
      }
      breaker.failed();
    }
    throw new RemoteTrouble(address + ": " + trouble);
  }

  private JsonNode once(JsonNode body)
      throws RemoteTrouble,
          IOException,
          InterruptedException,
          ExecutionException,
          TimeoutException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.url)
            .timeout(address.timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    address.key.ifPresent(key -> request.header("Authorization", "Bearer " + key));
    var pending = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    long deadline = System.nanoTime() + address.timeout.toNanos();
    HttpResponse<InputStream> response;
    try {
      response = pending.get(address.timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | InterruptedException e) {
      pending.cancel(true);
      throw e;
    }
    String text = text(response.body(), deadline);
    if (response.statusCode() != 200) {
      throw new RemoteTrouble("status " + response.statusCode());
    }
    return JsonText.read(text).orElseThrow(() -> new RemoteTrouble("the answer is no JSON"));
  }

  /** The body, as far as it may be long and take time: a server can send a byte a minute. */
  private static String text(InputStream body, long deadline)
      throws IOException, RemoteTrouble, TimeoutException {
    try (body) {
      var bytes = new java.io.ByteArrayOutputStream();
      byte[] part = new byte[8192];
      for (int read = body.read(part); read >= 0; read = body.read(part)) {
        bytes.write(part, 0, read);
        if (bytes.size() > MOST_BYTES) {
          throw new RemoteTrouble("the answer is longer than " + MOST_BYTES + " bytes");
        }
        if (System.nanoTime() - deadline > 0) {
          throw new TimeoutException();
        }
      }
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}

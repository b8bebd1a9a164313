package io.vlmr1.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends metrics to a server in order, on a thread of its own. When the server is slow or gone,
 * steps are dropped after some hundred, training goes on, and the first failure is told.
 */
final class Sender implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAITING = 512;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final long LAST_WORDS_SECONDS = 15;

  private final String server;
  private final Consumer<String> trouble;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), Sender::daemon);
  private long failures;

  /**
   * One that has sent nothing.
   *
   * @param server its name and address, for people
   * @param trouble hears of the first failure
   */
  Sender(String server, Consumer<String> trouble) {
    this.server = server;
    this.trouble = trouble;
    thread.setRejectedExecutionHandler((task, pool) -> failed("too slow: a step was dropped"));
  }

  /** What is done on the thread. */
  interface Sending {
    void send() throws IOException, InterruptedException;
  }

  /** Sends later; never waits. */
  void later(Sending sending) {
    thread.execute(
        () -> {
          try {
            sending.send();
          } catch (IOException e) {
            failed(e.toString());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** An answer of any status. */
  HttpResponse<String> answer(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Posts an object as JSON.
   *
   * @param what is asked, for people
   * @throws IOException for every status but 200, with the first words of the answer
   */
  JsonNode post(HttpRequest.Builder request, String what, Object body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        answer(
            request
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    if (response.statusCode() != 200) {
      String said = response.body().replaceAll("\\s+", " ");
      throw new IOException(
          what
              + " answered "
              + response.statusCode()
              + ": "
              + said.substring(0, Math.min(200, said.length())));
    }
    return JSON.readTree(response.body());
  }

  private synchronized void failed(String why) {
    if (failures++ == 0) {
      trouble.accept(server + ": " + why + "; training goes on, metrics.jsonl has every step");
    }
  }

  /** Sends what waits, within a few seconds. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "metrics-sender");
    thread.setDaemon(true);
    return thread;
  }
}

package io.vlmr1.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What rank 0 answers over HTTP while it trains: `/progress` (JSON), `/metrics` (Prometheus),
 * `/healthz`. Its threads only hand out what was last published, so a slow reader never holds up a
 * step.
 */
public final class ProgressServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, AtomicLong> gauges = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Progress> progress = new AtomicReference<>();

  private ProgressServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens on every address of the machine.
   *
   * @param port 0 takes a free one
   * @throws VlmR1Exception ADDRESS_IN_USE when another program has the port
   */
  public static ProgressServer start(int port) {
    try {
      HttpServer http = HttpServer.create(new InetSocketAddress(port), 0);
      ExecutorService threads = Executors.newFixedThreadPool(2, ProgressServer::daemon);
      ProgressServer server = new ProgressServer(http, threads);
      http.setExecutor(threads);
      http.createContext("/progress", server::answerProgress);
      http.createContext("/metrics", server::answerMetrics);
      http.createContext("/healthz", exchange -> answer(exchange, 200, "text/plain", "ok\n"));
      http.start();
      return server;
    } catch (BindException e) {
      throw new VlmR1Exception(
          ExitCode.ADDRESS_IN_USE,
          "port " + port + " for /progress is taken; set VLMR1_PROGRESS_PORT to a free one",
          e);
    } catch (IOException e) {
      throw new VlmR1Exception(ExitCode.INTERNAL, "port " + port + " for /progress: " + e, e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** What `/progress` answers from now on. */
  public void publish(Progress now) {
    progress.set(now);
  }

  /**
   * What `/metrics` answers from now on; a metric named `rewards/format/mean` is
   * `vlmr1_rewards_format_mean` there.
   */
  public void publish(int step, Map<String, Double> metrics) {
    gauge("step").set(Double.doubleToLongBits(step));
    metrics.forEach((name, value) -> gauge(name).set(Double.doubleToLongBits(value)));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private AtomicLong gauge(String name) {
    return gauges.computeIfAbsent(
        name,
        absent -> {
          AtomicLong bits = new AtomicLong();
          String known = "vlmr1_" + absent.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
          registry.gauge(known, bits, value -> Double.longBitsToDouble(value.get()));
          return bits;
        });
  }

  private void answerProgress(HttpExchange exchange) throws IOException {
    Progress now = progress.get();
    if (now == null) {
      answer(exchange, 503, "text/plain", "nothing yet: the worker is starting\n");
    } else {
      answer(exchange, 200, "application/json", json(now));
    }
  }

  private void answerMetrics(HttpExchange exchange) throws IOException {
    answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
  }

  private static String json(Progress now) {
    try {
      return JSON.writeValueAsString(now);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "progress-http");
    thread.setDaemon(true);
    return thread;
  }
}

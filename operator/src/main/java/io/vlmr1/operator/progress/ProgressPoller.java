package io.vlmr1.operator.progress;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.operator.observe.ProgressSeen;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the rank 0 of every watched job how far it is, off every reconciliation and with one thread.
 * A bounded number of questions is on its way: a thousand jobs whose pods do not answer are asked
 * more seldom and cost no more.
 */
final class ProgressPoller implements AutoCloseable {
  private static final long MAX_BYTES = 64 * 1024L;
  private static final long TICK_MILLIS = 1000;
  private static final int MOST_AT_ONCE = 32;

  private final Map<ResourceID, Watch> watched = new ConcurrentHashMap<>();
  private final Semaphore free = new Semaphore(MOST_AT_ONCE);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ProgressPoller::daemon);
  private final HttpClient http;
  private final Duration timeout;
  private final Clock clock;
  private final Consumer<ResourceID> changed;
  private @Nullable Future<?> asking;

  /** Tells {@code changed} of a job when step, state, reward or checkpoint did. */
  ProgressPoller(Duration timeout, Clock clock, Consumer<ResourceID> changed) {
    this.timeout = timeout;
    this.clock = clock;
    this.changed = changed;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /** Starts to ask: each job at every period, and more often until it trains. */
  void start(Duration period) {
    long tick = Math.min(TICK_MILLIS, period.toMillis());
    asking =
        timer.scheduleWithFixedDelay(() -> askAll(period, tick), tick, tick, TimeUnit.MILLISECONDS);
  }

  /** Asks this address from now on; another attempt forgets the answers of the last one. */
  void watch(ResourceID job, int attempt, String address) {
    URI uri = URI.create("http://" + address + "/progress");
    Watch old = watched.get(job);
    if (old == null || old.attempt != attempt || !old.uri.equals(uri)) {
      watched.put(job, new Watch(attempt, uri, clock));
    }
  }

  /** Asks no more. */
  void forget(ResourceID job) {
    watched.remove(job);
  }

  /** The last answer of that attempt. */
  Optional<ProgressSeen> latest(ResourceID job, int attempt) {
    return Optional.ofNullable(watched.get(job))
        .filter(watch -> watch.attempt == attempt)
        .flatMap(Watch::seen);
  }

  /** Those that are due, longest unasked first, as far as the tick and the places reach. */
  private void askAll(Duration period, long tickMillis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(tickMillis);
    List<Map.Entry<ResourceID, Watch>> due =
        watched.entrySet().stream()
            .filter(entry -> entry.getValue().due(period))
            .sorted(Comparator.comparing(entry -> entry.getValue().lastAsked()))
            .toList();
    try {
      for (Map.Entry<ResourceID, Watch> one : due) {
        if (!free.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return; // they are first in the next tick
        }
        one.getValue().ask();
        CompletableFuture<Void> unused = ask(one.getKey(), one.getValue()); // nobody waits for it
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private CompletableFuture<Void> ask(ResourceID job, Watch watch) {
    HttpRequest request = HttpRequest.newBuilder(watch.uri).timeout(timeout).GET().build();
    return http.sendAsync(request, limited())
        .orTimeout(timeout.toMillis() * 2, TimeUnit.MILLISECONDS)
        .thenApply(HttpResponse::body)
        .thenAccept(
            body -> Progress.parse(body).filter(watch::take).ifPresent(news -> changed.accept(job)))
        .exceptionally(noAnswer -> null) // the next period asks again; silence counts as a stall
        .whenComplete((done, never) -> free.release());
  }

  /** The pod is not trusted: an answer of unknown or absurd length is not read. */
  private static BodyHandler<String> limited() {
    return head ->
        head.statusCode() == 200
                && head.headers().firstValueAsLong("content-length").orElse(Long.MAX_VALUE)
                    <= MAX_BYTES
            ? BodySubscribers.ofString(StandardCharsets.UTF_8)
            : BodySubscribers.replacing("");
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "progress");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    if (asking != null) {
      asking.cancel(false);
    }
    timer.shutdownNow();
  }
}

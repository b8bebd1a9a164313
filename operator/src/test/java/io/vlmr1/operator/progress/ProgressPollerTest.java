package io.vlmr1.operator.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.vlmr1.api.contract.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgressPollerTest {
  private static final int JOBS = 200;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Set<ResourceID> told = ConcurrentHashMap.newKeySet();
  private final HttpServer worker = server();

  @BeforeEach
  void start() {
    worker.start();
  }

  @AfterEach
  void stop() {
    worker.stop(0);
  }

  @Test
  void jobsThatAnswerAreAllAskedHoweverManyThereAre() {
    try (ProgressPoller poller = poller()) {
      Set<ResourceID> jobs = new HashSet<>();
      for (int i = 0; i < JOBS; i++) {
        jobs.add(job("answers-" + i));
        poller.watch(job("answers-" + i), 1, "127.0.0.1:" + worker.getAddress().getPort());
      }
      poller.start(LONG);
      await().atMost(LONG).untilAsserted(() -> assertThat(told).isEqualTo(jobs));
      assertThat(poller.latest(job("answers-7"), 1).map(seen -> seen.latest().step()))
          .isEqualTo(Optional.of(6));
    }
  }

  @Test
  void jobsThatDoNotAnswerDoNotKeepTheOthersFromBeingAsked() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, JOBS, InetAddress.getLoopbackAddress());
        ProgressPoller poller = poller()) {
      for (int i = 0; i < JOBS; i++) {
        poller.watch(job("silent-" + i), 1, "127.0.0.1:" + silent.getLocalPort());
      }
      poller.start(LONG);
      ResourceID last = job("answers");
      poller.watch(last, 1, "127.0.0.1:" + worker.getAddress().getPort());
      await().atMost(LONG).untilAsserted(() -> assertThat(told).containsExactly(last));
    }
  }

  private ProgressPoller poller() {
    return new ProgressPoller(Duration.ofSeconds(1), Clock.systemUTC(), told::add);
  }

  private static ResourceID job(String name) {
    return new ResourceID(name, "default");
  }

  private static HttpServer server() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), JOBS);
      byte[] answer =
          Answers.of(1, 6, Progress.State.TRAINING, null).toJson().getBytes(StandardCharsets.UTF_8);
      server.createContext(
          "/progress",
          exchange -> {
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream body = exchange.getResponseBody()) {
              body.write(answer);
            }
          });
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.vlmr1.operator.server;

import com.sun.net.httpserver.HttpServer;
import io.vlmr1.api.contract.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers /progress, as the worker with rank 0 does. */
final class Rank0 implements AutoCloseable {
  private final HttpServer server;
  private volatile String answer = "";

  Rank0() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/progress",
        exchange -> {
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  void at(int attempt, int step, double reward) {
    answer =
        new Progress(
                step,
                8,
                step / 8.0,
                reward,
                0.5,
                0.01,
                40.0,
                1000.0,
                2.0,
                (8L - step) * 2,
                "checkpoint-" + step,
                attempt,
                Progress.State.TRAINING,
                null,
                null)
            .toJson();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package io.vlmr1.cli.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A hub that breaks connections off, sends wrong bytes, wants a token, or knows no ranges. */
final class FlakyHub implements AutoCloseable {
  final Map<String, byte[]> files = new TreeMap<>();
  final AtomicLong sent = new AtomicLong();
  final AtomicInteger asked = new AtomicInteger();
  volatile String commit = "abc123";

  /** Each answer ends after so many bytes. */
  volatile int breakAfter = Integer.MAX_VALUE;

  /** So many answers are wrong in their first byte. */
  final AtomicInteger corrupt = new AtomicInteger();

  /** Nothing is answered any more after so many bytes in all. */
  volatile long endAfter = Long.MAX_VALUE;

  volatile boolean ranges = true;
  volatile @Nullable String token;

  private final HttpServer server;

  FlakyHub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newCachedThreadPool(FlakyHub::daemon));
    server.createContext("/api/models/org/model/revision/main", this::list);
    server.createContext("/org/model/resolve/", this::redirect);
    server.createContext("/cdn/", this::file);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void list(HttpExchange exchange) throws IOException {
    if (!allowed(exchange)) {
      return;
    }
    String siblings =
        files.entrySet().stream()
            .map(file -> sibling(file.getKey(), file.getValue()))
            .collect(Collectors.joining(","));
    byte[] body =
        ("{\"sha\":\"" + commit + "\",\"siblings\":[" + siblings + "]}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static String sibling(String name, byte[] content) {
    String head = "{\"rfilename\":\"" + name + "\",\"size\":" + content.length + ",";
    byte[] blob = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
    return name.endsWith(".safetensors")
        ? head + "\"lfs\":{\"sha256\":\"" + hex("SHA-256", new byte[0], content) + "\"}}"
        : head + "\"blobId\":\"" + hex("SHA-1", blob, content) + "\"}";
  }

  private static String hex(String algorithm, byte[] head, byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head);
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean allowed(HttpExchange exchange) throws IOException {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null && !("Bearer " + token).equals(given)) {
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return false;
    }
    return true;
  }

  private void redirect(HttpExchange exchange) throws IOException {
    if (allowed(exchange)) {
      String path = exchange.getRequestURI().getPath();
      String name = path.substring(("/org/model/resolve/" + commit + "/").length());
      exchange.getResponseHeaders().set("Location", "/cdn/" + name);
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    }
  }

  private void file(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    byte[] content = files.get(exchange.getRequestURI().getPath().substring("/cdn/".length()));
    if (content == null || sent.get() >= endAfter) {
      exchange.sendResponseHeaders(content == null ? 404 : 503, -1);
      exchange.close();
      return;
    }
    String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
    int from = 0;
    int to = content.length;
    if (ranges && range.startsWith("bytes=")) {
      String[] ends = range.substring("bytes=".length()).split("-", 2);
      from = Integer.parseInt(ends[0]);
      to = Integer.parseInt(ends[1]) + 1;
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
    }
    byte[] body = Arrays.copyOfRange(content, from, to);
    if (corrupt.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      body[0] = (byte) (body[0] ^ 1);
    }
    exchange.sendResponseHeaders(ranges ? 206 : 200, body.length);
    int length = Math.min(body.length, breakAfter);
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, length);
    out.flush();
    sent.addAndGet(length);
    exchange.close(); // short of what was announced: the connection breaks off
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "hub");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

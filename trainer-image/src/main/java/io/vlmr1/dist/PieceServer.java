package io.vlmr1.dist;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vlmr1.tensor.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * Lets other ranks read buffers of this one whenever they need them, without its compute thread: a
 * collective would need all ranks at the same place. It speaks HTTP: GET of a buffer's name with a
 * range of its bytes, and a bearer token that the ranks told each other, so that nobody else is
 * answered.
 */
final class PieceServer implements AutoCloseable {
  static final String PATH = "/pieces/";

  private static final int SECRET = 16;
  private static final int CHUNK = 1 << 18;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");

  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool(PieceServer::daemon);
  private final String token;
  private final Map<String, Offer> offered = new ConcurrentHashMap<>();

  /** A buffer that may be read. */
  private record Offer(Bytes bytes, long length) {}

  /** Listens at a port that is free. */
  PieceServer() {
    byte[] secret = new byte[SECRET];
    new SecureRandom().nextBytes(secret);
    token = "Bearer " + HexFormat.of().formatHex(secret);
    try {
      http = HttpServer.create(new InetSocketAddress(0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("no port to listen at", e);
    }
    http.createContext(PATH, this::answer);
    http.setExecutor(threads);
    http.start();
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "pieces");
    thread.setDaemon(true);
    return thread;
  }

  /** What others must know to read: {@link PieceReader}. */
  byte[] card(String address) {
    String text = address + "\n" + http.getAddress().getPort() + "\n" + token;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** From now on others may read it; the tensor must live as long as this. */
  void offer(String name, Tensor contiguous) {
    long length = contiguous.numel() * contiguous.element_size();
    offered.put(name, new Offer(Bytes.of(contiguous), length));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      if (!MessageDigest.isEqual(bytes(token), bytes(shown))) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAUTHORIZED, -1);
        return;
      }
      Offer offer = offered.get(exchange.getRequestURI().getPath().substring(PATH.length()));
      if (offer == null) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_FOUND, -1);
        return;
      }
      Matcher range = RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
      long from = range.matches() ? Long.parseLong(range.group(1)) : 0;
      long length = range.matches() ? Long.parseLong(range.group(2)) + 1 - from : offer.length();
      if (length <= 0 || from + length > offer.length()) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_BAD_REQUEST, -1);
        return;
      }
      exchange.sendResponseHeaders(HttpURLConnection.HTTP_PARTIAL, length);
      byte[] chunk = new byte[CHUNK];
      OutputStream out = exchange.getResponseBody();
      offer.bytes().each(from, length, part -> write(out, part, chunk));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void write(OutputStream out, ByteBuffer part, byte[] chunk) throws IOException {
    while (part.hasRemaining()) {
      int count = Math.min(chunk.length, part.remaining());
      part.get(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}

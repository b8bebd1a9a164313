package io.vlmr1.dist;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.tensor.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads buffers that other ranks offer by their {@link PieceServer}. */
final class PieceReader {
  private static final int CHUNK = 1 << 18;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int rank;
  private final List<Peer> peers;

  /**
   * What is read.
   *
   * @param name of the buffer
   * @param from first byte
   * @param length bytes
   */
  record Place(String name, long from, long length) {}

  /** Where a rank is asked, and what it wants to hear. */
  private record Peer(String host, int port, String token) {
    static Peer of(byte[] card) {
      String[] lines = new String(card, StandardCharsets.UTF_8).split("\n", -1);
      return new Peer(lines[0], Integer.parseInt(lines[1]), lines[2]);
    }

    HttpRequest request(Place place) {
      String name = host.contains(":") ? "[" + host + "]" : host;
      URI address = URI.create("http://" + name + ":" + port + PieceServer.PATH + place.name());
      return HttpRequest.newBuilder(address)
          .header("Authorization", token)
          .header("Range", "bytes=" + place.from() + "-" + (place.from() + place.length() - 1))
          .build();
    }
  }

  /**
   * Connects on first use.
   *
   * @param cards {@link PieceServer#card} of every rank
   */
  PieceReader(int rank, List<byte[]> cards) {
    this.rank = rank;
    peers = cards.stream().map(Peer::of).toList();
  }

  /**
   * Reads; several threads may.
   *
   * @param to is written from byte `at`
   * @throws VlmR1Exception PEER_LOST when the other rank is gone
   */
  void read(int other, Place place, Bytes to, long at) {
    if (place.length() == 0) {
      return;
    }
    try {
      HttpResponse<InputStream> answer =
          client.send(peers.get(other).request(place), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        if (answer.statusCode() != HttpURLConnection.HTTP_PARTIAL) {
          throw new IOException("it answers with status " + answer.statusCode());
        }
        byte[] chunk = new byte[CHUNK];
        to.each(at, place.length(), part -> fill(in, part, chunk));
      }
    } catch (InterruptedException | IOException e) {
      if (e instanceof InterruptedException || e instanceof InterruptedIOException) {
        Thread.currentThread().interrupt();
      }
      throw new VlmR1Exception(
          ExitCode.PEER_LOST,
          "rank %d of %d lost rank %d while it read %s from it: %s; the log of the rank that ended first says why"
              .formatted(rank, peers.size(), other, place.name(), e.getMessage()),
          e);
    }
  }

  private static void fill(InputStream in, ByteBuffer part, byte[] chunk) throws IOException {
    while (part.hasRemaining()) {
      int count = in.read(chunk, 0, Math.min(chunk.length, part.remaining()));
      if (count < 0) {
        throw new EOFException("the connection was closed");
      }
      part.put(chunk, 0, count);
    }
  }
}

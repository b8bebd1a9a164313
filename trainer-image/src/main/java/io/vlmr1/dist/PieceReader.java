package io.vlmr1.dist;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.tensor.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads buffers that other ranks offer by their {@link PieceServer}. */
final class PieceReader implements AutoCloseable {
  private final int rank;
  private final List<Peer> peers = new ArrayList<>();

  /**
   * What is read.
   *
   * @param name of the buffer
   * @param from first byte
   * @param length bytes
   */
  record Place(String name, long from, long length) {}

  /**
   * Connects on first use.
   *
   * @param cards {@link PieceServer#card} of every rank
   */
  PieceReader(int rank, List<byte[]> cards) {
    this.rank = rank;
    cards.forEach(card -> peers.add(new Peer(card)));
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
      peers.get(other).read(place, to, at);
    } catch (IOException e) {
      throw new VlmR1Exception(
          ExitCode.PEER_LOST,
          "rank %d of %d lost rank %d while it read %s from it: %s; the log of the rank that ended first says why"
              .formatted(rank, peers.size(), other, place.name(), e.getMessage()),
          e);
    }
  }

  /** A connection. */
  private static final class Peer {
    private final byte[] secret;
    private final InetSocketAddress address;
    private @Nullable SocketChannel channel;

    Peer(byte[] card) {
      secret = Arrays.copyOf(card, PieceServer.SECRET);
      int port = ByteBuffer.wrap(card).getInt(PieceServer.SECRET);
      int host = PieceServer.SECRET + Integer.BYTES;
      address =
          new InetSocketAddress(
              new String(card, host, card.length - host, StandardCharsets.UTF_8), port);
    }

    synchronized void read(Place place, Bytes to, long at) throws IOException {
      SocketChannel connected = connected();
      byte[] name = place.name().getBytes(StandardCharsets.UTF_8);
      ByteBuffer request = ByteBuffer.allocate(Integer.BYTES + name.length + 2 * Long.BYTES);
      request.putInt(name.length).put(name).putLong(place.from()).putLong(place.length());
      PieceServer.write(connected, request.flip());
      to.each(at, place.length(), part -> PieceServer.fill(connected, part));
    }

    private SocketChannel connected() throws IOException {
      SocketChannel open = channel;
      if (open == null) {
        open = SocketChannel.open(address);
        open.setOption(StandardSocketOptions.TCP_NODELAY, true);
        open.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        PieceServer.write(open, ByteBuffer.wrap(secret));
        channel = open;
      }
      return open;
    }

    private synchronized void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }
  }

  @Override
  public void close() {
    for (Peer peer : peers) {
      try {
        peer.close();
      } catch (IOException e) {
        // it is closed all the same
      }
    }
  }
}

package io.vlmr1.dist;

import io.vlmr1.tensor.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.pytorch.Tensor;

/**
 * Lets other ranks read buffers of this one whenever they need them, without its compute thread: a
 * collective would need all ranks at the same place. A connection begins with a secret that the
 * ranks told each other, so that nobody else is answered.
 *
 * <p>A request is the length of a name, the name, first byte and number of bytes; the answer is the
 * bytes.
 */
final class PieceServer implements AutoCloseable {
  static final int SECRET = 16;

  private final ServerSocketChannel channel;
  private final byte[] secret = new byte[SECRET];
  private final Map<String, Bytes> offered = new ConcurrentHashMap<>();
  private final Queue<SocketChannel> open = new ConcurrentLinkedQueue<>();

  /** Listens at a port that is free. */
  PieceServer() {
    new SecureRandom().nextBytes(secret);
    try {
      channel = ServerSocketChannel.open().bind(new InetSocketAddress(0));
    } catch (IOException e) {
      throw new UncheckedIOException("no port to listen at", e);
    }
    run(this::accept);
  }

  /** Where it listens, and what it wants to hear first. */
  byte[] card(String address) {
    byte[] host = address.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(SECRET + Integer.BYTES + host.length)
        .put(secret)
        .putInt(channel.socket().getLocalPort())
        .put(host)
        .array();
  }

  /** From now on others may read it; the tensor must live as long as this. */
  void offer(String name, Tensor contiguous) {
    offered.put(name, Bytes.of(contiguous));
  }

  private static void run(Runnable body) {
    Thread thread = new Thread(body, "pieces");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (channel.isOpen()) {
      try {
        SocketChannel peer = channel.accept();
        open.add(peer);
        run(() -> answer(peer));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /** Answers one peer until it goes. Whatever is wrong with it, it sees a closed connection. */
  private void answer(SocketChannel peer) {
    try (peer) {
      if (!MessageDigest.isEqual(secret, read(peer, SECRET).array())) {
        return;
      }
      while (true) {
        int length = read(peer, Integer.BYTES).getInt();
        String name = new String(read(peer, length).array(), StandardCharsets.UTF_8);
        ByteBuffer place = read(peer, 2 * Long.BYTES);
        Bytes bytes = offered.get(name);
        if (bytes == null) {
          return;
        }
        bytes.each(place.getLong(), place.getLong(), part -> write(peer, part));
      }
    } catch (IOException e) {
      open.remove(peer);
    }
  }

  private static ByteBuffer read(SocketChannel peer, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    fill(peer, buffer);
    return buffer.flip();
  }

  /** Reads until the buffer is full. */
  static void fill(SocketChannel peer, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (peer.read(buffer) < 0) {
        throw new EOFException("the connection was closed");
      }
    }
  }

  static void write(SocketChannel peer, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      peer.write(buffer);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      for (SocketChannel peer : open) {
        peer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

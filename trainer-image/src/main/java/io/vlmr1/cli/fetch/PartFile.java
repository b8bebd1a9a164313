package io.vlmr1.cli.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file on its way: its parts may come in any order and from several processes one after another;
 * which of them are whole is kept beside it.
 */
final class PartFile implements AutoCloseable {
  private static final int BUFFER = 1 << 17;

  private final Path data;
  private final Path ledger;
  private final HubFile file;
  private final FileChannel channel;
  private final Set<Long> whole = new TreeSet<>();

  private PartFile(Path data, Path ledger, HubFile file, FileChannel channel) {
    this.data = data;
    this.ledger = ledger;
    this.file = file;
    this.channel = channel;
  }

  /** Goes on with what an earlier process left of this very content. */
  static PartFile open(Path folder, HubFile file) throws IOException {
    String key = file.sha256() != null ? file.sha256() : String.valueOf(file.gitSha1());
    Path data = folder.resolve(key.replaceAll("[^0-9a-zA-Z]", "_") + "-" + file.size() + ".part");
    Path ledger = data.resolveSibling(data.getFileName() + "s");
    Files.createDirectories(folder);
    PartFile part =
        new PartFile(
            data,
            ledger,
            file,
            FileChannel.open(
                data,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    if (Files.exists(ledger)) {
      for (String line : Files.readAllLines(ledger)) {
        if (line.matches("\\d{1,18}")) { // the last line may be half a line
          part.whole.add(Long.valueOf(line));
        }
      }
    }
    return part;
  }

  /** Whether the part that begins there is whole. */
  synchronized boolean has(long from) {
    return whole.contains(from);
  }

  /**
   * Writes bytes of the stream to their place until it ends.
   *
   * @param at where the next byte belongs; moves with every byte that is written
   * @param to where the part ends
   */
  void write(AtomicLong at, long to, InputStream body) throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (at.get() < to) {
      int read = body.read(buffer, 0, (int) Math.min(buffer.length, to - at.get()));
      if (read < 0) {
        return;
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
      while (bytes.hasRemaining()) {
        at.addAndGet(channel.write(bytes, at.get()));
      }
    }
  }

  /** The part is on disk before the ledger says so. */
  synchronized void done(long from) throws IOException {
    channel.force(false);
    Files.writeString(ledger, from + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    whole.add(from);
  }

  /** Compares the content with what the hub says of it. */
  boolean isIntact() throws IOException {
    if (channel.size() != file.size()) {
      return false;
    }
    if (file.sha256() != null) {
      return digest("SHA-256", new byte[0]).equals(file.sha256().toLowerCase(Locale.ROOT));
    }
    if (file.gitSha1() != null) {
      byte[] head = ("blob " + file.size() + "\0").getBytes(StandardCharsets.UTF_8);
      return digest("SHA-1", head).equals(file.gitSha1().toLowerCase(Locale.ROOT));
    }
    return true; // a mirror that tells no sums: the size is all there is
  }

  private String digest(String algorithm, byte[] head) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head);
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
      for (long at = 0; at < file.size(); ) {
        buffer.clear();
        int read = channel.read(buffer, at);
        if (read < 0) {
          break;
        }
        at += read;
        digest.update(buffer.flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is in every JDK", e);
    }
  }

  /** Nothing of it counts any more. */
  synchronized void startOver() throws IOException {
    whole.clear();
    Files.deleteIfExists(ledger);
    channel.truncate(0);
  }

  /** Becomes the file; whoever sees it under its name sees all of it. */
  void become(Path target) throws IOException {
    channel.force(true);
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.move(data, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(ledger);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.vlmr1.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the usable rows of a data file stand: 16 bytes a row, mapped from disk and not held, so
 * that any row of millions is found at once.
 *
 * <p>The file: length of the header (4 bytes), header as JSON, then for each row offset (8), length
 * (4) and line (4), big endian.
 */
final class RowIndex {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ENTRY = 16;
  private static final int TAIL = 4;

  private final Header header;
  private final ByteBuffer entries;

  private RowIndex(Header header, ByteBuffer entries) {
    this.header = header;
    this.entries = entries;
  }

  /**
   * What the rows were found with.
   *
   * @param key of file and checks; an index with another key is made again
   * @param sha256 of the data file
   * @param dropped rows that were left out
   */
  record Header(String key, String sha256, int dropped) {}

  Header header() {
    return header;
  }

  int size() {
    return entries.limit() / ENTRY;
  }

  long offset(int row) {
    return entries.getLong(row * ENTRY);
  }

  int length(int row) {
    return entries.getInt(row * ENTRY + 8);
  }

  int line(int row) {
    return entries.getInt(row * ENTRY + 12);
  }

  /** The index in a file, if it is whole and was made with this key. */
  static Optional<RowIndex> open(Path file, String key) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int length = all.limit() < 4 ? -1 : all.getInt(0);
      if (length < 0 || length > all.limit() - 4 - TAIL) {
        return Optional.empty();
      }
      byte[] json = new byte[length];
      all.get(4, json);
      ByteBuffer entries = all.slice(4 + length, all.limit() - 4 - length - TAIL);
      int rows = all.getInt(all.limit() - TAIL);
      Header header = JSON.readValue(json, Header.class);
      return header.key().equals(key) && entries.limit() == rows * ENTRY
          ? Optional.of(new RowIndex(header, entries))
          : Optional.empty();
    }
  }

  /** Collects the rows of a file in order; to disk where there is a place for it. */
  static final class Builder implements AutoCloseable {
    private final @Nullable Path file;
    private final @Nullable Path partial;
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private final DataOutputStream out;
    private int rows;

    Builder(@Nullable Path file) throws IOException {
      this.file = file;
      if (file == null) {
        partial = null;
        out = new DataOutputStream(memory);
      } else {
        // several ranks may build the same index: each its own partial one, the last rename wins;
        // not by process id, which is 1 in every container of a shared volume
        partial =
            file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".partial");
        out = new DataOutputStream(new BufferedOutputStream(create(partial), 1 << 16));
      }
    }

    private static OutputStream create(Path partial) {
      try {
        Files.createDirectories(partial.toAbsolutePath().getParent());
        return Files.newOutputStream(partial);
      } catch (IOException e) {
        throw notWritable(partial, e);
      }
    }

    private static VlmR1Exception notWritable(Path file, IOException cause) {
      return new VlmR1Exception(
          ExitCode.OUTPUT_VOLUME,
          file
              + " cannot be written: "
              + cause
              + "; give an output folder that is writable and has space",
          cause);
    }

    void add(long offset, int length, int line) {
      try {
        out.writeLong(offset);
        out.writeInt(length);
        out.writeInt(line);
      } catch (IOException e) {
        throw notWritable(Objects.requireNonNull(partial), e); // memory throws none
      }
      rows++;
    }

    /** The index of all rows that were added; a file of its name is replaced. */
    RowIndex build(Header header) throws IOException {
      if (file == null || partial == null) {
        return new RowIndex(header, ByteBuffer.wrap(memory.toByteArray()));
      }
      Path whole = partial.resolveSibling(partial.getFileName() + ".whole");
      try {
        out.close();
        write(header, partial, whole);
        Files.move(
            whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        Files.deleteIfExists(whole);
        throw notWritable(file, e);
      }
      return open(file, header.key())
          .orElseThrow(() -> new IOException(file + " changed while it was written"));
    }

    private void write(Header header, Path partial, Path whole) throws IOException {
      byte[] json = JSON.writeValueAsBytes(header);
      try (DataOutputStream target =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(whole)))) {
        target.writeInt(json.length);
        target.write(json);
        Files.copy(partial, target);
        target.writeInt(rows);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
      if (partial != null) {
        Files.deleteIfExists(partial);
      }
    }
  }
}

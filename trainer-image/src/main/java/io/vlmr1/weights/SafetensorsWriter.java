package io.vlmr1.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.tensor.Bytes;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes safetensors files: under a temporary name first, so that a reader never sees half a file.
 */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafetensorsWriter() {}

  /**
   * Writes the file, whole or not at all.
   *
   * @param tensors by name; larger elements come first in the file, then by name, as the reference
   *     writer does
   * @throws IOException when the disk is full or not writable; nothing of the file is left then
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    writeContents(file, Content.of(tensors), metadata);
  }

  /** As {@link #write}, of tensors that need not be whole in memory. */
  public static void writeContents(
      Path file, Map<String, Content> tensors, Map<String, String> metadata) throws IOException {
    List<String> names =
        tensors.keySet().stream()
            .sorted(
                Comparator.comparingInt((String name) -> -content(tensors, name).dtype().bytes())
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        writeFully(channel, header(names, tensors, metadata));
        for (String name : names) {
          writeData(channel, name, content(tensors, name));
        }
        channel.force(true);
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException error) {
      Files.deleteIfExists(partial);
      throw error;
    }
  }

  private static Content content(Map<String, Content> tensors, String name) {
    Content found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return found;
  }

  private static ByteBuffer header(
      List<String> names, Map<String, Content> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode notes = root.putObject("__metadata__");
    metadata.forEach(notes::put);
    long offset = 0;
    for (String name : names) {
      Content tensor = content(tensors, name);
      ObjectNode entry = root.putObject(name);
      entry.put("dtype", tensor.dtype().safetensorsName());
      var shape = entry.putArray("shape");
      for (long size : tensor.shape()) {
        shape.add(size);
      }
      long end = offset + tensor.bytes();
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(root);
    int padded = (json.length + 7) / 8 * 8; // so that the data is aligned
    ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(json);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static void writeData(FileChannel channel, String name, Content content)
      throws IOException {
    long from = channel.position();
    try {
      content.elements().each(part -> writePart(channel, part));
    } catch (UncheckedIOException error) {
      throw error.getCause();
    }
    if (channel.position() - from != content.bytes()) {
      throw new IllegalArgumentException(
          name + " has other elements than its " + content.bytes() + " bytes");
    }
  }

  private static void writePart(FileChannel channel, Tensor part) {
    try (Scope scope = Scope.open()) {
      Tensor plain = part.detach().cpu().contiguous();
      long bytes = plain.numel() * Dtype.of(plain).bytes();
      if (bytes > 0) {
        Bytes.of(plain).each(0, bytes, buffer -> writeFully(channel, buffer));
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}

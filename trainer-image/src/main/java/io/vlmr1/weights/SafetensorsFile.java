package io.vlmr1.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Natives;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/**
 * A safetensors file, checked from its header on. Tensors are read into their place, not mapped: a
 * mapped file counts as memory of the process as long as it is open, beside the copy made of it,
 * and one that is cut meanwhile ends the process without a word.
 *
 * <p>The format: 8 bytes of header length, little endian, the header as JSON, then the data
 * (github.com/huggingface/safetensors).
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final long LARGEST_HEADER = 100_000_000;

  /** Bytes that are read at a time: 64 MiB. */
  private static final long PIECE = 1L << 26;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final long dataStart;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;
  private final FileChannel channel;

  /**
   * What the header says of one tensor.
   *
   * @param dtype type of its elements
   * @param shape sizes of its dimensions
   * @param begin first byte, counted from the end of the header
   * @param end byte behind the last
   */
  public record Entry(Dtype dtype, long[] shape, long begin, long end) {}

  /** What the header says of the whole file. */
  private record Header(long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {}

  private SafetensorsFile(Path file, Header header, FileChannel channel) {
    this.file = file;
    this.dataStart = header.dataStart();
    this.entries = header.entries();
    this.metadata = header.metadata();
    this.channel = channel;
  }

  /**
   * Reads and checks the header.
   *
   * @throws VlmR1Exception (bad model) when the file is missing, truncated or not what it says
   */
  public static SafetensorsFile open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file);
      try {
        return new SafetensorsFile(file, header(file, channel), channel);
      } catch (IOException | RuntimeException error) {
        channel.close();
        throw error;
      }
    } catch (JsonProcessingException error) {
      throw broken(file, "its header is not JSON: " + error.getOriginalMessage());
    } catch (IOException error) {
      throw new VlmR1Exception(
          ExitCode.BAD_MODEL, file + ": cannot be read (" + error + "); check the path", error);
    }
  }

  private static Header header(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (size < 8 || channel.read(length, 0) < 8) {
      throw broken(file, "has " + size + " bytes, too few for a header");
    }
    long headerBytes = length.getLong(0);
    if (headerBytes < 2 || headerBytes > LARGEST_HEADER || headerBytes + 8 > size) {
      throw broken(file, "its header claims " + headerBytes + " of " + size + " bytes");
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
    while (header.hasRemaining() && channel.read(header, 8 + header.position()) >= 0) {
      // until the header is whole
    }
    JsonNode root = JSON.readTree(new String(header.array(), StandardCharsets.UTF_8));
    return parse(file, root, 8 + headerBytes, size);
  }

  private static Header parse(Path file, JsonNode root, long dataStart, long size) {
    if (!root.isObject()) {
      throw broken(file, "its header is not a JSON object");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field
            .getValue()
            .properties()
            .forEach(note -> metadata.put(note.getKey(), note.getValue().asText()));
      } else {
        entries.put(
            field.getKey(), entry(file, field.getKey(), field.getValue(), size - dataStart));
      }
    }
    requireApart(file, entries);
    return new Header(dataStart, entries, metadata);
  }

  private static void requireApart(Path file, Map<String, Entry> entries) {
    List<Map.Entry<String, Entry>> ordered =
        entries.entrySet().stream()
            .sorted(Comparator.comparingLong(named -> named.getValue().begin()))
            .toList();
    long end = 0;
    for (Map.Entry<String, Entry> named : ordered) {
      if (named.getValue().begin() < end) {
        throw broken(file, "tensor " + named.getKey() + " overlaps another");
      }
      end = named.getValue().end();
    }
  }

  private static Entry entry(Path file, String name, JsonNode node, long dataBytes) {
    String type = node.path("dtype").asText();
    Dtype dtype =
        Dtype.fromSafetensors(type)
            .orElseThrow(
                () -> broken(file, "tensor " + name + " has the unknown dtype '" + type + "'"));
    long[] shape = longs(node.path("shape"));
    long[] offsets = longs(node.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0]) {
      throw broken(file, "tensor " + name + " has the offsets " + Arrays.toString(offsets));
    }
    if (offsets[1] > dataBytes) {
      throw broken(
          file,
          "tensor %s ends at byte %d of %d: the file is truncated"
              .formatted(name, offsets[1], dataBytes));
    }
    if (bytes(shape, dtype) != offsets[1] - offsets[0]) {
      throw broken(
          file,
          "tensor %s of shape %s in %s does not fill its %d bytes"
              .formatted(name, Arrays.toString(shape), type, offsets[1] - offsets[0]));
    }
    return new Entry(dtype, shape, offsets[0], offsets[1]);
  }

  /** What a tensor takes; -1 for sizes that no tensor has. */
  private static long bytes(long[] shape, Dtype dtype) {
    try {
      long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      boolean valid = Arrays.stream(shape).allMatch(size -> size >= 0);
      return valid ? Math.multiplyExact(elements, dtype.bytes()) : -1;
    } catch (ArithmeticException overflow) {
      return -1;
    }
  }

  private static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asLong(-1);
    }
    return values;
  }

  private static VlmR1Exception broken(Path file, String what) {
    return new VlmR1Exception(
        ExitCode.BAD_MODEL, file + ": " + what + "; download or write the file again");
  }

  /** Names of the tensors, in the order of the header. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** The strings that the writer left, such as `format`. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** What the header says of a tensor. */
  public Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw broken(file, "has no tensor " + name);
    }
    return entry;
  }

  /** The tensor, in memory of its own; belongs to the current scope. */
  public Tensor tensor(String name) {
    Entry entry = entry(name);
    Natives.load();
    Tensor tensor = Tensors.empty(entry.dtype(), entry.shape());
    read(name, tensor);
    return tensor;
  }

  /**
   * Reads a tensor into memory that is there already, converting it piece by piece where its type
   * is another: nothing of it is held twice.
   *
   * @param target of the same number of elements, contiguous
   * @throws VlmR1Exception (bad model) when the file is shorter than it was when it was opened
   */
  public void read(String name, Tensor target) {
    Entry entry = entry(name);
    long elements = target.numel();
    if (elements * entry.dtype().bytes() != entry.end() - entry.begin()) {
      throw new IllegalArgumentException(
          name + " of shape " + Arrays.toString(entry.shape()) + " into " + elements + " elements");
    }
    if (elements == 0) {
      return;
    }
    if (target.is_cpu() && Dtype.of(target) == entry.dtype()) {
      fill(target, elements, entry.begin(), name);
      return;
    }
    long piece = PIECE / entry.dtype().bytes();
    for (long from = 0; from < elements; from += piece) {
      try (Scope scope = Scope.open()) {
        long length = Math.min(piece, elements - from);
        Tensor read = Tensors.emptyInMainMemory(entry.dtype(), length);
        fill(read, length, entry.begin() + from * entry.dtype().bytes(), name);
        target.detach().view(-1).narrow(0, from, length).copy_(read);
      }
    }
  }

  private void fill(Tensor target, long elements, long begin, String name) {
    long bytes = elements * Dtype.of(target).bytes();
    BytePointer start = new BytePointer(target.data_ptr());
    for (long done = 0; done < bytes; done += PIECE) {
      BytePointer part = start.getPointer(done);
      ByteBuffer buffer = part.capacity(Math.min(PIECE, bytes - done)).asByteBuffer();
      long position = dataStart + begin + done;
      try {
        while (buffer.hasRemaining()) {
          int count = channel.read(buffer, position);
          if (count < 0) {
            throw broken(file, "ends within tensor " + name + ": it was cut while it was read");
          }
          position += count;
        }
      } catch (IOException error) {
        throw new VlmR1Exception(
            ExitCode.BAD_MODEL,
            file + ": cannot be read (" + error + "); check the disk, then start again",
            error);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException error) {
      throw new UncheckedIOException(file.toString(), error); // it was only read
    }
  }
}

package io.vlmr1.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A file of one JSON object a line that a process may die over: whole lines count, a torn last line
 * does not.
 *
 * <p>Not safe for use by several threads.
 */
final class JsonLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private BufferedWriter writer;
  private long bytes;

  private JsonLines(Path file, BufferedWriter writer, long bytes) {
    this.file = file;
    this.writer = writer;
    this.bytes = bytes;
  }

  /** Opens the file for appending, after dropping the lines that the predicate does not keep. */
  static JsonLines append(Path file, Predicate<JsonNode> keep) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      retain(file, keep);
      return new JsonLines(file, open(file), Files.size(file));
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** Appends one object and flushes it: what a reader sees is whole. */
  void write(Object value) {
    try {
      String line = JSON.writeValueAsString(value) + "\n";
      writer.write(line);
      writer.flush();
      bytes += line.getBytes(StandardCharsets.UTF_8).length;
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** Bytes in the file. */
  long bytes() {
    return bytes;
  }

  /** Drops, from the file being written, the lines that the predicate does not keep. */
  void retain(Predicate<JsonNode> keep) {
    try {
      writer.close();
      retain(file, keep);
      writer = open(file);
      bytes = Files.size(file);
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** The file as it stands; no file, no bytes. */
  static byte[] bytes(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** Reads each whole line of a file's bytes in order. */
  static void parse(byte[] bytes, Consumer<JsonNode> each) {
    new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> parse(line).ifPresent(each));
  }

  /** Reads each whole line of the file in order; no file, no lines. */
  static void read(Path file, Consumer<JsonNode> each) {
    if (!Files.exists(file)) {
      return;
    }
    try (BufferedReader reader = reader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        parse(line).ifPresent(each);
      }
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  private static BufferedWriter open(Path file) throws IOException {
    return writer(
        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);
  }

  /** Half a surrogate pair, which data and servers may hold, becomes "?" and no error. */
  private static BufferedWriter writer(Path file, OpenOption... options) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(Files.newOutputStream(file, options), StandardCharsets.UTF_8));
  }

  /** A character that a killed writer tore makes its own line unreadable, and no other. */
  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  private static void retain(Path file, Predicate<JsonNode> keep) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
      return;
    }
    Path kept = file.resolveSibling("." + file.getFileName() + ".partial");
    try (BufferedReader reader = reader(file);
        BufferedWriter out = writer(kept)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (parse(line).filter(keep).isPresent()) {
          out.write(line);
          out.write('\n');
        }
      }
    }
    Files.move(kept, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Optional<JsonNode> parse(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node != null && node.isObject() ? Optional.of(node) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // torn by a killed writer
    }
  }

  private static VlmR1Exception notWritable(Path file, IOException cause) {
    return new VlmR1Exception(
        ExitCode.OUTPUT_VOLUME,
        file + ": " + cause + "; give the output volume space and write permission",
        cause);
  }
}

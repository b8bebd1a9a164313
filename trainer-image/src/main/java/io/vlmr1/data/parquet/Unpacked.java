package io.vlmr1.data.parquet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.example.data.Group;

/**
 * Parquet files unpacked once, beside the output: pictures as files, rows as JSON Lines, so that
 * any row is read in constant time afterwards. It costs the size of the data a second time.
 */
public final class Unpacked {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Unpacked() {}

  /**
   * The JSON Lines file of some Parquet files; made when it is not there, or when one of them has
   * changed. Its folder is the one that image names start from.
   *
   * @param folder where it is made
   * @throws VlmR1Exception BAD_DATA for a file that cannot be read
   */
  public static Path of(String name, List<Path> files, Path folder) {
    Path reading = files.get(0);
    try {
      Path target = folder.resolve(name.replaceAll("[^A-Za-z0-9._-]", "_") + "-" + stamp(files));
      if (Files.exists(target.resolve("rows.jsonl"))) {
        return target.resolve("rows.jsonl");
      }
      Path partial = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID());
      Files.createDirectories(partial);
      try (BufferedWriter out = Files.newBufferedWriter(partial.resolve("rows.jsonl"))) {
        RowWriter writer = new RowWriter(partial, out);
        for (Path file : files) {
          reading = file;
          ParquetFile.read(file, writer::write);
        }
      }
      try {
        Files.move(partial, target);
      } catch (IOException e) {
        if (!Files.exists(target.resolve("rows.jsonl"))) {
          throw e; // else another rank was faster: its files are the same
        }
      }
      return target.resolve("rows.jsonl");
    } catch (IOException | RuntimeException e) {
      throw new VlmR1Exception(
          ExitCode.BAD_DATA, reading + ": cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private static String stamp(List<Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        String facts = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file) + "\n";
        digest.update(facts.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Rows to lines, under the names that VLM-R1's rows have. */
  private static final class RowWriter {
    private final Path folder;
    private final BufferedWriter out;
    private int pictures;

    RowWriter(Path folder, BufferedWriter out) {
      this.folder = folder;
      this.out = out;
    }

    void write(Group row) throws IOException {
      ObjectNode json = (ObjectNode) new GroupJson(this::picture).of(row);
      rename(json, "images", "image");
      rename(json, "question", "problem");
      rename(json, "answer", "solution");
      messages(json);
      out.write(JSON.writeValueAsString(json));
      out.newLine();
    }

    private String picture(byte[] bytes) throws IOException {
      String name = "%07d.%s".formatted(pictures++, kind(bytes));
      Files.write(folder.resolve(name), bytes);
      return name;
    }

    private static String kind(byte[] bytes) {
      boolean png = bytes.length > 3 && bytes[0] == (byte) 0x89 && bytes[1] == 'P';
      boolean webp = bytes.length > 11 && bytes[8] == 'W' && bytes[9] == 'E';
      return png ? "png" : webp ? "webp" : "jpg";
    }

    private static void rename(ObjectNode json, String from, String to) {
      if (json.has(from) && !json.has(to)) {
        json.set(to, json.remove(from));
      }
    }

    /** Chat rows: role and content in place of from and value. */
    private static void messages(ObjectNode json) {
      if (json.has("conversations") || !json.path("messages").isArray()) {
        return;
      }
      ArrayNode turns = JsonNodeFactory.instance.arrayNode();
      json.path("messages")
          .forEach(
              message -> {
                boolean user = message.path("role").asText().equals("user");
                boolean other = message.path("role").asText().equals("system");
                turns
                    .addObject()
                    .put("from", user ? "human" : other ? "system" : "gpt")
                    .set("value", message.path("content"));
              });
      json.remove("messages");
      json.set("conversations", turns);
    }
  }
}

package io.vlmr1.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Walks a data file once, front to back, and says where each row stands: a line of JSON Lines, or
 * an element of the list that a .json file holds. Only one row is in memory at a time.
 */
final class RawRows {
  private static final int BUFFER = 1 << 20;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private RawRows() {}

  /**
   * A row as it stands in its file.
   *
   * @param offset of its first byte
   * @param line counted from 1
   * @param bytes without the line's end
   */
  record Raw(long offset, int line, byte[] bytes) {}

  /** Takes the rows in the order of the file. */
  interface Taker {
    /** One row; blank lines are no rows. */
    void take(Raw raw) throws IOException;

    /** Something that is wrong with the file from this line on. */
    void fault(int line, String what) throws IOException;
  }

  /** Walks the file. */
  static void walk(Path file, Taker taker) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
      list(file, taker);
    } else {
      lines(file, taker);
    }
  }

  /** The bytes of a row that was seen before. */
  static byte[] read(Path file, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(offset);
      in.readFully(bytes);
    }
    return bytes;
  }

  private static void lines(Path file, Taker taker) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long start = 0;
      long at = 0;
      int number = 1;
      for (int b = in.read(); b >= 0; b = in.read()) {
        at++;
        if (b == '\n') {
          line(start, number++, line.toByteArray(), taker);
          line.reset();
          start = at;
        } else {
          line.write(b);
        }
      }
      line(start, number, line.toByteArray(), taker);
    }
  }

  private static void line(long start, int number, byte[] bytes, Taker taker) throws IOException {
    int from = number == 1 && startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    int to = bytes.length;
    while (to > from && blank(bytes[to - 1])) {
      to--;
    }
    while (from < to && blank(bytes[from])) {
      from++;
    }
    if (from < to) {
      byte[] row = new byte[to - from];
      System.arraycopy(bytes, from, row, 0, row.length);
      taker.take(new Raw(start + from, number, row));
    }
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == BYTE_ORDER_MARK[0]
        && bytes[1] == BYTE_ORDER_MARK[1]
        && bytes[2] == BYTE_ORDER_MARK[2];
  }

  private static void list(Path file, Taker taker) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        JsonParser parser = new JsonFactory().createParser(in)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        taker.fault(1, "a .json file holds one list of rows; name it .jsonl for a row a line");
        return;
      }
      for (JsonToken token = parser.nextToken();
          token != null && token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        long start = parser.currentTokenLocation().getByteOffset();
        int line = parser.currentTokenLocation().getLineNr();
        parser.skipChildren();
        if (token.isScalarValue()) {
          taker.fault(line, "not a JSON object; write a list of objects");
          continue;
        }
        long end = parser.currentLocation().getByteOffset();
        taker.take(new Raw(start, line, read(file, start, Math.toIntExact(end - start))));
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      taker.fault(line, "not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }
}

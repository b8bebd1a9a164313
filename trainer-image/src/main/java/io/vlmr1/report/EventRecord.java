package io.vlmr1.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The bytes of TensorBoard's event files: protobuf messages of tensorflow/core/util/event.proto,
 * written by hand, each framed as a TFRecord (length, masked CRC-32C of the length, data, masked
 * CRC-32C of the data; little endian).
 */
final class EventRecord {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private EventRecord() {}

  /** The first record of a file. */
  static byte[] version(double wallTime) {
    Message event = new Message();
    event.fixed64(1, Double.doubleToLongBits(wallTime));
    event.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    return frame(event.toByteArray());
  }

  /** Says that a run starts at a step: TensorBoard hides what older files hold from there on. */
  static byte[] sessionStart(double wallTime, long step) {
    Message log = new Message();
    log.varint(1, 1); // SessionLog.START
    Message event = new Message();
    event.fixed64(1, Double.doubleToLongBits(wallTime));
    event.varint(2, step);
    event.bytes(7, log.toByteArray());
    return frame(event.toByteArray());
  }

  /** Scalars of one step. */
  static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
    Message summary = new Message();
    values.forEach(
        (tag, value) -> {
          Message scalar = new Message();
          scalar.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
          scalar.fixed32(2, Float.floatToIntBits(value.floatValue()));
          summary.bytes(1, scalar.toByteArray());
        });
    Message event = new Message();
    event.fixed64(1, Double.doubleToLongBits(wallTime));
    event.varint(2, step);
    event.bytes(5, summary.toByteArray());
    return frame(event.toByteArray());
  }

  /** A TFRecord around the data. */
  static byte[] frame(byte[] data) {
    ByteBuffer length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, data.length);
    return ByteBuffer.allocate(16 + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(length.array())
        .putInt(maskedCrc(length.array()))
        .put(data)
        .putInt(maskedCrc(data))
        .array();
  }

  /**
   * CRC-32C, rotated right by 15 bits and moved by a constant, as tensorflow/core/lib/hash/crc32c.h
   * masks it.
   */
  static int maskedCrc(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    int crc = (int) checksum.getValue();
    return Integer.rotateRight(crc, 15) + 0xa282ead8;
  }

  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void varint(int field, long value) {
      raw(((long) field << 3) | VARINT);
      raw(value);
    }

    void fixed64(int field, long bits) {
      raw(((long) field << 3) | FIXED64);
      out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array());
    }

    void fixed32(int field, int bits) {
      raw(((long) field << 3) | FIXED32);
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bits).array());
    }

    void bytes(int field, byte[] value) {
      raw(((long) field << 3) | BYTES);
      raw(value.length);
      out.writeBytes(value);
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    private void raw(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}

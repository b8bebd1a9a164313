package io.vlmr1.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void masksTheChecksumAsTheFormatSays() {
    // CRC-32C of "123456789" is e3069283 (RFC 3720); rotated by 15 bits plus a282ead8
    byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(EventRecord.maskedCrc(check))
        .isEqualTo(Integer.rotateRight(0xe3069283, 15) + 0xa282ead8);
  }

  @Test
  void framesTheBytesThatTensorBoardItselfWrites() {
    // tensorboard 2.21's RecordWriter over Event(wall_time=1.0, file_version="brain.Event:2")
    assertThat(HexFormat.of().formatHex(EventRecord.version(1.0)))
        .isEqualTo(
            "1800000000000000a37f4b22"
                + "09000000000000f03f1a0d627261696e2e4576656e743a32"
                + "86bf577a");
  }

  @Test
  void writesWholeRecordsWithValidChecksums() throws IOException {
    try (TensorBoardWriter writer = TensorBoardWriter.open(folder, 0, NOON)) {
      writer.write(1, Map.of("reward", 0.5));
      writer.write(300, Map.of("kl", Double.NaN));
    }
    List<byte[]> events = records(folder);
    assertThat(events).hasSize(4);
    assertThat(new String(events.get(0), StandardCharsets.ISO_8859_1)).contains("brain.Event:2");
    assertThat(new String(events.get(2), StandardCharsets.ISO_8859_1)).contains("reward");
    assertThat(new String(events.get(3), StandardCharsets.ISO_8859_1)).doesNotContain("kl");
  }

  private static List<byte[]> records(Path folder) throws IOException {
    Path file;
    try (var files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(EventRecord.maskedCrc(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(EventRecord.maskedCrc(data));
      records.add(data);
    }
    return records;
  }
}

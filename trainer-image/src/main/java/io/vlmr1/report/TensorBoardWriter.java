package io.vlmr1.report;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Scalars in files that TensorBoard opens; one file an attempt. */
public final class TensorBoardWriter implements AutoCloseable {
  private final Path file;
  private final OutputStream out;
  private final Clock clock;

  private TensorBoardWriter(Path file, OutputStream out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Starts a new event file in the folder.
   *
   * @param lastStep the checkpoint's step from which the run goes on; later steps of older files
   *     are hidden; 0 starts over
   */
  public static TensorBoardWriter open(Path folder, int lastStep, Clock clock) {
    Instant now = clock.instant();
    Path file =
        folder.resolve(
            "events.out.tfevents.%010d.%09d.vlmr1".formatted(now.getEpochSecond(), now.getNano()));
    try {
      Files.createDirectories(folder);
      OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
      TensorBoardWriter writer = new TensorBoardWriter(file, out, clock);
      writer.write(EventRecord.version(writer.wallTime()));
      writer.write(EventRecord.sessionStart(writer.wallTime(), lastStep + 1L));
      return writer;
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** Adds a step and flushes it; values that are not finite are left out. */
  public void write(int step, Map<String, Double> metrics) {
    Map<String, Double> finite = new LinkedHashMap<>(metrics);
    finite.values().removeIf(value -> !Double.isFinite(value));
    write(EventRecord.scalars(wallTime(), step, finite));
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  private void write(byte[] event) {
    try {
      out.write(event); // unbuffered: a killed run leaves whole records
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  private double wallTime() {
    Instant now = clock.instant();
    return now.getEpochSecond() + now.getNano() / 1e9;
  }

  private static VlmR1Exception notWritable(Path file, IOException cause) {
    return new VlmR1Exception(
        ExitCode.OUTPUT_VOLUME,
        file + ": " + cause + "; give the output volume space and write permission",
        cause);
  }
}

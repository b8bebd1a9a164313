package io.vlmr1.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Highest resident memory of this process while it is open, read every 5 ms. Linux only. */
final class PeakMemory implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final Thread watcher;
  private volatile long peak;

  PeakMemory() {
    peak = resident();
    watcher = new Thread(this::watch, "peak-memory");
    watcher.setDaemon(true);
    watcher.start();
  }

  /** Resident memory now, in bytes. */
  static long resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  long bytes() {
    return Math.max(peak, resident());
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      peak = Math.max(peak, resident());
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}

package io.vlmr1.cli.run;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.report.MetricsLog;
import io.vlmr1.report.MetricsTail;
import io.vlmr1.report.StepConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Looks at what rank 0 writes: shows its steps, and says when it has stopped making any. */
final class Watch implements BooleanSupplier {
  private static final long INTERVAL_NANOS = 300_000_000;

  private final OutputLayout output;
  private final StepConsole console;
  private final MetricsTail tail;
  private final long stallNanos;
  private final LongSupplier nanoTime;
  private long looked;
  private long moved;
  private String updatedAt = "";

  /**
   * @param stallSeconds without progress until the gang counts as stalled; 0: never
   * @param nanoTime clock of {@link System#nanoTime}
   */
  Watch(OutputLayout output, StepConsole console, int stallSeconds, LongSupplier nanoTime) {
    this.output = output;
    this.console = console;
    this.tail = new MetricsTail(output.metrics());
    this.stallNanos = stallSeconds * 1_000_000_000L;
    this.nanoTime = nanoTime;
    this.moved = nanoTime.getAsLong();
    this.looked = moved;
  }

  /** Shows what is new; whether there has been no progress for too long. */
  @Override
  public boolean getAsBoolean() {
    long now = nanoTime.getAsLong();
    if (now - looked < INTERVAL_NANOS) {
      return false;
    }
    looked = now;
    look();
    return stallNanos > 0 && now - moved > stallNanos;
  }

  /** Shows what has come since the last look. */
  void look() {
    Optional<Progress> progress = progress(output);
    String updated = progress.map(Progress::updatedAt).orElse("");
    if (!updated.equals(updatedAt)) {
      updatedAt = updated;
      moved = nanoTime.getAsLong();
    }
    int maxSteps = progress.map(Progress::maxSteps).orElse(0);
    for (MetricsLog.Step step : tail.poll()) {
      console.step(step, Math.max(maxSteps, step.step()));
      moved = nanoTime.getAsLong();
    }
  }

  /** What rank 0 last wrote; empty before it has written anything. */
  static Optional<Progress> progress(OutputLayout output) {
    try {
      return Files.exists(output.progress())
          ? Progress.parse(Files.readString(output.progress()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it is being replaced
    }
  }
}

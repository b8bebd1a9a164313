package io.vlmr1.reward.remote;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Stops asking a server that fails again and again; after a pause one request may try, and closes
 * the circuit when it succeeds.
 */
final class CircuitBreaker {
  private final int failures;
  private final Duration pause;
  private final LongSupplier nanoTime;
  private int inARow;
  private long openUntil;
  private boolean open;

  /**
   * Closed at first.
   *
   * @param failures in a row that open it
   * @param pause before the next try
   * @param nanoTime the clock, as System.nanoTime
   */
  CircuitBreaker(int failures, Duration pause, LongSupplier nanoTime) {
    this.failures = failures;
    this.pause = pause;
    this.nanoTime = nanoTime;
  }

  /** Whether a request may be made now; while open, one after each pause. */
  synchronized boolean permits() {
    if (!open) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (now - openUntil < 0) {
      return false;
    }
    openUntil = now + pause.toNanos(); // the others wait for what this one finds
    return true;
  }

  synchronized void succeeded() {
    inARow = 0;
    open = false;
  }

  synchronized void failed() {
    inARow++;
    if (open || inARow >= failures) {
      open = true;
      openUntil = nanoTime.getAsLong() + pause.toNanos();
    }
  }
}

package io.vlmr1.cli.worker;

import java.util.concurrent.CountDownLatch;

/**
 * SIGTERM: while steps are made, the process lives on until a checkpoint is saved; at any other
 * time it ends at once.
 */
public final class StopSignal {
  private final CountDownLatch never = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile boolean stepping;

  private StopSignal() {}

  /** Listens from now on. The virtual machine ends with 143 when the hook returns. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::asked, "stop-signal"));
    return signal;
  }

  /** One that never comes: a training within a larger program ends with it. */
  public static StopSignal silent() {
    return new StopSignal();
  }

  private void asked() {
    requested = true;
    if (stepping) {
      try {
        never.await(); // the computing thread ends the process when the checkpoint is saved
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the process was asked to stop. */
  public boolean requested() {
    return requested;
  }

  /** Steps begin: from now on a stop waits for a checkpoint. */
  void beginSteps() {
    stepping = true;
  }
}

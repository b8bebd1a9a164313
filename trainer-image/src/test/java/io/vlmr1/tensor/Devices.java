package io.vlmr1.tensor;

/** Lets a test compute elsewhere than in main memory. */
public final class Devices {
  private Devices() {}

  /**
   * On torch's device without memory: shapes, types and devices are checked by every operation, and
   * nothing is computed. An operation between main memory and another device fails there as it
   * would on a GPU.
   */
  public static void withoutMemory(Runnable body) {
    Device.use("meta");
    try {
      body.run();
    } finally {
      Device.use("cpu");
    }
  }
}

package io.vlmr1.reward.math;

/** How much work one comparison may still be: everything that loops asks it, so nothing hangs. */
final class Effort {
  private static final int MOST = 300_000;
  private int left = MOST;

  /** Counts a piece of work. */
  void spend() {
    spend(1);
  }

  void spend(int work) {
    left -= work;
    if (left < 0) {
      throw new NotMath("too much to compute");
    }
    if ((left & 0xff) == 0 && Thread.currentThread().isInterrupted()) {
      throw new NotMath("given up, the time was over");
    }
  }
}

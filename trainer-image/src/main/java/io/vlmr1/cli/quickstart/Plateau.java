package io.vlmr1.cli.quickstart;

/** Whether a curve has levelled off: no new best for so many steps, and so many looks. */
final class Plateau {
  private final int steps;
  private final int looks;
  private double best;
  private int bestStep;
  private int looksSince;

  Plateau(int steps, int looks) {
    this.steps = steps;
    this.looks = looks;
  }

  /**
   * Takes the next point; whether the curve has levelled off. A curve that is still 0 has not begun
   * to rise.
   */
  boolean levelsOff(int step, double value) {
    if (value > best) {
      best = value;
      bestStep = step;
      looksSince = 0;
      return false;
    }
    looksSince++;
    return best > 0 && looksSince >= looks && step - bestStep >= steps;
  }
}

package io.vlmr1.reward.math;

/** A text whose readers stop when their thread is interrupted: a pattern cannot run on for ever. */
final class Watched implements CharSequence {
  private final CharSequence text;
  private int reads;

  Watched(CharSequence text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if ((++reads & 0x3ff) == 0 && Thread.currentThread().isInterrupted()) {
      throw new NotMath("given up, the time was over");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package io.vlmr1.reward.math;

/** A text, or a piece of it, that cannot be read or computed; always caught within this package. */
final class NotMath extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotMath(String message) {
    super(message, null, false, false); // no stack trace: this is a way out, not a defect
  }
}

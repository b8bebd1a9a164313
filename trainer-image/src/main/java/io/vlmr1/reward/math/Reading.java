package io.vlmr1.reward.math;

/**
 * An answer that has been read.
 *
 * @param source the formula in it
 * @param value what it says
 */
record Reading(String source, Value value) implements MathEquality.Answer {
  static Reading words(String text) {
    return new Reading(text, new Value.Words(text));
  }

  @Override
  public boolean formula() {
    return !(value instanceof Value.Words);
  }
}

package io.vlmr1.reward.math;

/** Tells whether two answers to a question of mathematics say the same. */
public interface MathEquality {
  /**
   * The project's own: reading by recursive descent, comparing by exact arithmetic and sampling.
   */
  MathEquality OWN = new OwnEquality();

  /** An answer that has been read, for any number of comparisons. */
  interface Answer {
    /** Whether it was understood as more than words. */
    boolean formula();
  }

  /**
   * What a comparison found.
   *
   * @param equal whether both say the same
   * @param reason why, in words
   */
  record Outcome(boolean equal, String reason) {}

  /** Reads an answer, with or without `$`, prose or a box around it; never throws. */
  Answer read(String text);

  /** Compares an answer with the truth; never throws, and gives up what is too much to compute. */
  Outcome compare(Answer answer, Answer truth);
}

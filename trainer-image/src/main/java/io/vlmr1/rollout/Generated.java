package io.vlmr1.rollout;

/**
 * One completion.
 *
 * @param ids its tokens, end token included
 * @param finish why it ended
 */
public record Generated(int[] ids, Finish finish) {
  /** Why a completion ended. */
  public enum Finish {
    /** With an end token. */
    END_TOKEN,
    /** Whoever looked on said so. */
    STOPPED,
    /** It was as long as it may be. */
    LENGTH
  }

  /** Whether it was cut off. */
  public boolean truncated() {
    return finish == Finish.LENGTH;
  }
}

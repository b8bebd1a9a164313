package io.vlmr1.reward;

/** Scores a completion. Stateless and safe for use by several threads. */
public interface Reward {
  /** The name under which specs and metrics know it. */
  String name();

  /** The score and why; never throws for what a model may write. */
  Score score(Completion completion);
}

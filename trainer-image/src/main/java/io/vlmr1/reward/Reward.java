package io.vlmr1.reward;

import java.time.Duration;
import java.util.List;

/** Scores completions. Stateless or safe for use by several threads. */
public interface Reward {
  /** The name under which specs and metrics know it. */
  String name();

  /** The score and why; never throws for what a model may write. */
  Score score(Completion completion);

  /** A score for each completion, in order; rewards that ask elsewhere ask once for all. */
  default List<Score> scores(List<Completion> completions) {
    return completions.stream().map(this::score).toList();
  }

  /** How long one call may take before it is given up. */
  default Duration limit() {
    return Duration.ofSeconds(10);
  }

  /** Whether {@link #scores} is one piece of work, to be waited for as a whole. */
  default boolean batched() {
    return false;
  }
}

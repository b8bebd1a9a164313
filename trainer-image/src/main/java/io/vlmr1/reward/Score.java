package io.vlmr1.reward;

import java.util.OptionalDouble;

/**
 * What a reward answers.
 *
 * @param value the score, or empty when the reward does not apply to the row
 * @param reason why, in words a user understands
 * @param failed whether what the reward relies on failed: a server, a model, its time
 */
public record Score(OptionalDouble value, String reason, boolean failed) {
  /** A score with its reason. */
  public static Score of(double value, String reason) {
    return new Score(OptionalDouble.of(value), reason, false);
  }

  /** The reward does not apply: it takes no part in the row's sum. */
  public static Score notApplicable(String reason) {
    return new Score(OptionalDouble.empty(), reason, false);
  }

  /** The reward could not be had: it takes no part in the row's sum, and is counted. */
  public static Score failure(String reason) {
    return new Score(OptionalDouble.empty(), reason, true);
  }

  /** The same score, had in another way after a failure that is counted. */
  public Score afterFailure() {
    return new Score(value, reason, true);
  }
}

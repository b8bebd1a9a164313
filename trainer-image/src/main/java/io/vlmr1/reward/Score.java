package io.vlmr1.reward;

import java.util.OptionalDouble;

/**
 * What a reward answers.
 *
 * @param value the score, or empty when the reward does not apply to the row
 * @param reason why, in words a user understands
 */
public record Score(OptionalDouble value, String reason) {
  /** A score with its reason. */
  public static Score of(double value, String reason) {
    return new Score(OptionalDouble.of(value), reason);
  }

  /** The reward does not apply: it takes no part in the row's sum. */
  public static Score notApplicable(String reason) {
    return new Score(OptionalDouble.empty(), reason);
  }
}

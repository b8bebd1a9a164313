package io.vlmr1.reward.accuracy;

import io.vlmr1.reward.Score;
import java.util.Optional;

/** One way in which `accuracy` compares a completion with a row's solution. */
public interface AccuracyMethod {
  /** As rows and data sets name it. */
  String name();

  /**
   * The score and why.
   *
   * @param completion the model's whole text
   * @param solution the truth, within `<answer>` tags as the loader gives it
   */
  Score score(String completion, String solution);

  /** The score that VLM-R1's code gives, its faults included; where it stops, not applicable. */
  default Score original(String completion, String solution) {
    return score(completion, solution);
  }

  /** Why a solution cannot be compared with anything; empty when it can. */
  default Optional<String> unusable(String solution) {
    return Optional.empty();
  }
}

package io.vlmr1.operator.progress;

import io.vlmr1.api.contract.Progress;
import org.jspecify.annotations.Nullable;

/** What workers answer. */
final class Answers {
  private Answers() {}

  static Progress of(int attempt, int step, Progress.State state, @Nullable String updatedAt) {
    return new Progress(
        step,
        9,
        null,
        0.5,
        null,
        null,
        null,
        null,
        null,
        null,
        "checkpoint-4",
        attempt,
        state,
        updatedAt,
        null);
  }
}

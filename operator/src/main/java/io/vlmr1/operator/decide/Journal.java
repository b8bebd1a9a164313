package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.operator.observe.Observed;
import java.util.List;
import java.util.Objects;

/** What the status says about earlier decisions: it is the operator's only memory. */
public final class Journal {
  /** Cause of an attempt that did all its steps. */
  public static final String COMPLETED = "Completed";

  /** Cause of an attempt that the user suspended. */
  public static final String SUSPENDED = "Suspended";

  private Journal() {}

  /** Whether training is over with success. */
  public static boolean trained(Observed seen) {
    return endedBy(seen, COMPLETED);
  }

  /** Whether the newest attempt ended for this cause. */
  static boolean endedBy(Observed seen, String cause) {
    return seen.journal().map(entry -> cause.equals(entry.cause())).orElse(false);
  }

  /** Newest attempts in a row that ended without a step forward. */
  static int fruitless(Observed seen) {
    List<Attempt> attempts = seen.status().attempts();
    int count = 0;
    for (int i = attempts.size() - 1; i >= 0 && !moved(attempts.get(i)); i--) {
      count++;
    }
    return count;
  }

  private static boolean moved(Attempt attempt) {
    int first = Objects.requireNonNullElse(attempt.firstStep(), 0);
    int last = Objects.requireNonNullElse(attempt.lastStep(), 0);
    return last > first;
  }
}

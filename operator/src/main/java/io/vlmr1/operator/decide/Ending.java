package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Failure;

/** Why an attempt ended before its time. */
public record Ending(Kind kind, Failure failure) {

  /** In a few words: the reason, and the exit code if there is one. */
  public String cause() {
    String word = failure.reason() == null ? kind.word() : failure.reason();
    return failure.exitCode() == null ? word : word + " (exit code " + failure.exitCode() + ")";
  }

  /** Whose fault it is. */
  public enum Kind {
    /** The training's: counts against maxRestarts. */
    FAILURE("Failure"),
    /** The training's: it no longer moves. Counts against maxRestarts. */
    STALL("Stall"),
    /** The infrastructure's: counts against maxDisruptions. */
    DISRUPTION("Disruption");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** In one CamelCase word. */
    public String word() {
      return word;
    }
  }
}

package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Failure;

/** Why an attempt ended before its time. */
public record Ending(Kind kind, Failure failure) {

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

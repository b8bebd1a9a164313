package io.vlmr1.operator.ops;

/**
 * An event about a job.
 *
 * @param warning whether somebody should look at it
 * @param reason one of the few of docs/operations.md
 * @param text for people; at most 1 kB reaches the cluster
 */
public record Note(boolean warning, String reason, String text) {
  /** All is as it should be. */
  public static Note normal(String reason, String text) {
    return new Note(false, reason, text);
  }

  /** Somebody should look. */
  public static Note warning(String reason, String text) {
    return new Note(true, reason, text);
  }
}

package io.vlmr1.api.rules;

/**
 * Something in a GrpoJob that keeps it from running.
 *
 * @param path of the field, for example spec.grpo.generations
 * @param found what is there, with values and units
 * @param remedy what to do, as an imperative
 */
public record Problem(String path, String found, String remedy) {

  /** A field that has no effect yet. */
  static Problem notYet(String path) {
    return new Problem(path, "not supported yet", "remove it");
  }

  /** As users read it, on one line. */
  @Override
  public String toString() {
    return path + ": " + found + "; " + remedy;
  }
}

package io.vlmr1.cli.doctor;

/**
 * What one check found.
 *
 * @param check what was tried
 * @param state whether it works
 * @param detail what was measured, or what is wrong and what to do
 */
record Finding(String check, State state, String detail) {
  enum State {
    OK,
    /** It runs, but slower or with less than it could. */
    WARN,
    /** Training cannot run here. */
    FAIL
  }

  static Finding ok(String check, String detail) {
    return new Finding(check, State.OK, detail);
  }

  static Finding warn(String check, String detail) {
    return new Finding(check, State.WARN, detail);
  }

  static Finding fail(String check, String detail) {
    return new Finding(check, State.FAIL, detail);
  }

  /** One line; the state in the same column whatever the check. */
  @Override
  public String toString() {
    return "%-4s  %-12s  %s".formatted(state, check, detail);
  }
}

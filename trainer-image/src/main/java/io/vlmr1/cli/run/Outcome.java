package io.vlmr1.cli.run;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.v1alpha1.Failure;

/**
 * How a gang, or a single child, ended.
 *
 * @param exitCode 0, or that of the process whose failure came first
 * @param failure which process, why, and the end of its log; without meaning when the exit code is
 *     0
 */
record Outcome(int exitCode, Failure failure) {
  private static final int SIGKILL = 137;
  private static final int SIGTERM = 143;

  static Outcome success() {
    return new Outcome(0, new Failure(null, null, null, null, null, null));
  }

  boolean succeeded() {
    return exitCode == 0;
  }

  /** Whether something outside ended the process: no fault of the training. */
  boolean disruption() {
    return exitCode == SIGTERM || exitCode == ExitCode.ADDRESS_IN_USE.code();
  }

  /** Whether the failure is a mere echo of another rank's. */
  boolean echo() {
    return exitCode == ExitCode.PEER_LOST.code() || exitCode == ExitCode.RENDEZVOUS_TIMEOUT.code();
  }

  /** Whether another attempt may go better. */
  boolean retryHelps() {
    return ExitCode.of(exitCode).map(ExitCode::retryHelps).orElse(true); // a signal, an abort
  }

  /** What the exit code says by itself, for a process that left no message. */
  static String reason(int exitCode) {
    if (exitCode == SIGKILL) {
      return "Killed";
    }
    return ExitCode.of(exitCode)
        .map(ExitCode::name)
        .orElse(exitCode > 128 ? "Signal" + (exitCode - 128) : "Exit" + exitCode);
  }
}

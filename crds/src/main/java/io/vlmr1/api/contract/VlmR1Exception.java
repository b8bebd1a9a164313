package io.vlmr1.api.contract;

import org.jspecify.annotations.Nullable;

/**
 * An error with its place and remedy in the message, and the exit code that the process ends with.
 */
public class VlmR1Exception extends RuntimeException {
  private final ExitCode exitCode;

  /** A message names the file, line or field, what was found there, and what to do. */
  public VlmR1Exception(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  /** The same with what led to it. */
  public VlmR1Exception(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The code that the process ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }
}

package io.vlmr1.tensor;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.VlmR1Exception;

/** Libtorch refused a call: its own message without the C++ backtrace. */
public final class TensorException extends VlmR1Exception {
  /** From what libtorch threw; out of memory keeps its own exit code. */
  public TensorException(String during, RuntimeException cause) {
    super(exitCode(cause), during + ": " + NativeErrors.message(cause), cause);
  }

  private static ExitCode exitCode(RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("not enough memory") || message.contains("out of memory")
        ? ExitCode.OUT_OF_MEMORY
        : ExitCode.INTERNAL;
  }
}

package io.vlmr1.cli.worker;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.contract.VlmR1Exception;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.tensor.NativeErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** How the process ends: one line for people, one JSON for the operator, one number. */
public final class Ending {
  private final Path terminationLog;

  /** As the environment says where the last words go. */
  public Ending(Map<String, String> environment) {
    terminationLog =
        Path.of(
            environment.getOrDefault(
                WorkerEnvironment.TERMINATION_LOG, WorkerEnvironment.DEFAULT_TERMINATION_LOG));
  }

  /** Ends after work that was done, or stopped on request. */
  public void leave(TerminationMessage message) {
    write(message);
    halt(message.exitCode());
  }

  /** Ends after an error. */
  public void leave(Throwable error) {
    ExitCode code = code(error);
    String words = words(error, code);
    if (code == ExitCode.INTERNAL) {
      error.printStackTrace(); // a defect: whoever mends it needs the place
    }
    System.err.println("error: " + words);
    write(TerminationMessage.of(code, words));
    halt(code.code());
  }

  static ExitCode code(Throwable error) {
    if (error instanceof VlmR1Exception known) {
      return known.exitCode();
    }
    String message = String.valueOf(error.getMessage());
    boolean memory =
        error instanceof OutOfMemoryError
            || message.contains("not enough memory")
            || message.contains("out of memory");
    return memory ? ExitCode.OUT_OF_MEMORY : ExitCode.INTERNAL;
  }

  private static String words(Throwable error, ExitCode code) {
    if (error instanceof VlmR1Exception) {
      return String.valueOf(error.getMessage());
    }
    String what = error.getClass().getSimpleName() + ": " + NativeErrors.message(error);
    return code == ExitCode.OUT_OF_MEMORY
        ? what
            + "; lower spec.training.promptsPerDevice or spec.grpo.generations, set spec.training.recompute to full, or give the workers more memory"
        : what + " (a defect: report it with the lines above)";
  }

  private void write(TerminationMessage message) {
    try {
      Files.write(terminationLog, message.toJson().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // outside of a pod there may be no such file; the line on standard error says the same
    }
  }

  /** Without hooks and destructors: the other ranks must see the connection break now. */
  private static void halt(int code) {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }
}

package io.vlmr1.api.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file that does not have the form of a GrpoJob. */
public final class JobFileException extends VlmR1Exception {
  private final transient List<String> lines;

  JobFileException(String line, @Nullable Throwable cause) {
    super(ExitCode.BAD_SPEC, line, cause);
    this.lines = List.of(line);
  }

  JobFileException(List<String> lines) {
    super(ExitCode.BAD_SPEC, String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  /** Every problem as `file:line:column: path: what was found; what to do`, in the file's order. */
  public List<String> lines() {
    return lines;
  }
}

package io.vlmr1.api.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last words of a worker process, as JSON in its termination log.
 *
 * @param exitCode the number that it ends with
 * @param reason name of the {@link ExitCode}
 * @param message the last line of the error; absent after success
 * @param evaluation what an evaluation found; absent in training
 * @param progress how far rank 0 of a training came when it did all its work or was asked to stop:
 *     whoever was away until then has nobody left to ask
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TerminationMessage(
    int exitCode,
    String reason,
    @Nullable String message,
    @Nullable EvaluationResult evaluation,
    @Nullable Progress progress) {

  /** Kubernetes keeps this many bytes of a termination log. */
  public static final int MAX_BYTES = 4096;

  public TerminationMessage {
    reason = Objects.requireNonNullElse(reason, "");
  }

  /** An end by an error. */
  public static TerminationMessage of(ExitCode code, String message) {
    return new TerminationMessage(code.code(), code.name(), message, null, null);
  }

  /** The end of a training that did all its work. */
  public static TerminationMessage done() {
    return new TerminationMessage(ExitCode.OK.code(), ExitCode.OK.name(), null, null, null);
  }

  /** The end of an evaluation. */
  public static TerminationMessage of(EvaluationResult result) {
    return new TerminationMessage(ExitCode.OK.code(), ExitCode.OK.name(), null, result, null);
  }

  /** The same with how far a training came. */
  public TerminationMessage reached(Progress last) {
    return new TerminationMessage(exitCode, reason, message, evaluation, last);
  }

  /** As JSON on one line of at most {@link #MAX_BYTES} bytes; a longer message loses its middle. */
  public String toJson() {
    String json = Json.write(this);
    int keep = message == null ? 0 : message.length();
    while (json.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES && keep > 0) {
      keep = keep * 3 / 4;
      json =
          Json.write(
              new TerminationMessage(exitCode, reason, shortened(keep), evaluation, progress));
    }
    return json;
  }

  private String shortened(int keep) {
    String whole = Objects.requireNonNullElse(message, "");
    int head = keep / 2;
    return whole.substring(0, head) + " … " + whole.substring(whole.length() - (keep - head));
  }

  /**
   * The record of such a text; empty when it is none (a container that died before it could write).
   */
  public static Optional<TerminationMessage> parse(@Nullable String text) {
    return text == null || text.isBlank()
        ? Optional.empty()
        : Json.read(text, TerminationMessage.class);
  }
}

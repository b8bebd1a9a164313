package io.vlmr1.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vlmr1.operator.decide.Decision;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The API server did not take an object that a job needs. */
final class Refused extends RuntimeException {
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int INVALID = 422;
  private static final Set<Integer> REFUSALS =
      Set.of(BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, INVALID);

  private final int code;

  private Refused(String message, KubernetesClientException cause) {
    super(message, cause);
    this.code = cause.getCode();
  }

  /** Refusals become part of the status; other errors are retried as they are. */
  static RuntimeException of(HasMetadata object, KubernetesClientException e) {
    if (!REFUSALS.contains(e.getCode())) {
      return e;
    }
    String words =
        e.getStatus() == null ? String.valueOf(e.getMessage()) : e.getStatus().getMessage();
    return new Refused(
        String.format("%s %s: %s", object.getKind(), object.getMetadata().getName(), words), e);
  }

  /** What another spec can mend waits for it; rights and quotas may change without one. */
  Decision.Refuse decision() {
    boolean lasting = code == INVALID || code == BAD_REQUEST;
    String reason = code == FORBIDDEN ? "Forbidden" : "RefusedByServer";
    return new Decision.Refuse(
        reason,
        Objects.requireNonNullElse(getMessage(), reason),
        lasting ? Optional.empty() : Optional.of(Duration.ofSeconds(30)));
  }
}

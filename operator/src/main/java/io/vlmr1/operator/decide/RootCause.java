package io.vlmr1.operator.decide;

import io.vlmr1.api.contract.ExitCode;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.resource.Names;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Finds the worker that fell first among those that fell with it. */
final class RootCause {
  /** Ends of ranks that only followed another one. */
  private static final Set<Integer> FOLLOWERS =
      Set.of(
          ExitCode.PEER_LOST.code(),
          ExitCode.RENDEZVOUS_TIMEOUT.code(),
          ExitCode.TERMINATED.code());

  private static final String GONE = "WorkerGone";
  private static final int KILLED = 137;

  private RootCause() {}

  /** The best that is known now; what was known before is kept when it says more. */
  static Ending of(Observed seen) {
    Optional<PodSeen> first = seen.workers().stream().filter(PodSeen::failed).min(firstToFall());
    Optional<Failure> known = known(seen);
    if (first.isEmpty()) {
      return known.map(RootCause::remembered).orElseGet(() -> gone(seen));
    }
    Failure found = failure(first.get());
    if (known.isPresent() && follower(found) && !follower(known.get())) {
      return remembered(known.get());
    }
    Ending.Kind kind =
        first.get().disruption() != null || infrastructure(found)
            ? Ending.Kind.DISRUPTION
            : Ending.Kind.FAILURE;
    return new Ending(kind, found);
  }

  /** Why a Job with one pod at a time failed: the end of its newest pod. */
  static Optional<Failure> last(List<PodSeen> pods) {
    return pods.stream()
        .filter(PodSeen::failed)
        .max(Comparator.comparing(pod -> pod.ended().map(PodSeen.Exit::at).orElse(Instant.MIN)))
        .map(RootCause::failure);
  }

  /** Whether the same worker started again may do better. */
  static boolean retryHelps(Failure failure) {
    return Optional.ofNullable(failure.exitCode())
        .flatMap(ExitCode::of)
        .map(ExitCode::retryHelps)
        .orElse(true);
  }

  /** The cause as one CamelCase word. */
  static String word(Failure failure) {
    return Objects.requireNonNullElse(failure.reason(), GONE);
  }

  /** The cause as a sentence. */
  static String sentence(Failure failure) {
    StringBuilder text = new StringBuilder(word(failure));
    if (failure.pod() != null) {
      text.append(": pod ").append(failure.pod());
    }
    if (failure.node() != null) {
      text.append(" on node ").append(failure.node());
    }
    if (failure.exitCode() != null) {
      text.append(", exit code ").append(failure.exitCode());
    }
    if (failure.message() != null) {
      text.append(": ").append(failure.message());
    }
    return text.toString();
  }

  private static Comparator<PodSeen> firstToFall() {
    return Comparator.comparing((PodSeen pod) -> follower(failure(pod)) && !disrupted(pod))
        .thenComparing(RootCause::at)
        .thenComparing(PodSeen::index);
  }

  private static boolean disrupted(PodSeen pod) {
    return pod.disruption() != null;
  }

  private static Instant at(PodSeen pod) {
    return pod.ended().map(PodSeen.Exit::at).orElse(Instant.MAX);
  }

  private static boolean follower(Failure failure) {
    Integer code = failure.exitCode();
    return code == null ? GONE.equals(failure.reason()) : FOLLOWERS.contains(code);
  }

  /** No exit of its own, or one that was asked for. */
  private static boolean infrastructure(Failure failure) {
    Integer code = failure.exitCode();
    return code == null || code == ExitCode.TERMINATED.code();
  }

  /** What the journal already says about this very attempt. */
  private static Optional<Failure> known(Observed seen) {
    String pods = Names.attempt(seen.job(), seen.attempt()) + "-";
    return Optional.ofNullable(seen.status().failure())
        .filter(failure -> failure.pod() != null && failure.pod().startsWith(pods));
  }

  private static Ending remembered(Failure failure) {
    return new Ending(
        infrastructure(failure) ? Ending.Kind.DISRUPTION : Ending.Kind.FAILURE, failure);
  }

  /** No pod is left to ask: somebody deleted the Job, or a lost node took its pods along. */
  private static Ending gone(Observed seen) {
    String message =
        seen.attemptJob()
            .map(JobSeen::message)
            .orElse("the Job of attempt " + seen.attempt() + " was deleted");
    return new Ending(Ending.Kind.DISRUPTION, new Failure(null, null, null, GONE, message, null));
  }

  private static Failure failure(PodSeen pod) {
    Optional<PodSeen.Exit> exit = pod.ended();
    Optional<TerminationMessage> last =
        exit.map(PodSeen.Exit::message).flatMap(TerminationMessage::parse);
    return new Failure(
        pod.name(),
        pod.node(),
        exit.map(PodSeen.Exit::code).orElse(null),
        reason(pod, exit),
        last.map(TerminationMessage::message)
            .or(() -> exit.map(PodSeen.Exit::message))
            .orElse(pod.words()),
        null);
  }

  private static String reason(PodSeen pod, Optional<PodSeen.Exit> exit) {
    if (pod.disruption() != null) {
      return pod.disruption();
    }
    if (exit.isEmpty()) {
      return GONE;
    }
    String told = exit.get().reason();
    if (told != null && !told.equals("Error")) {
      return told; // OOMKilled
    }
    int code = exit.get().code();
    return ExitCode.of(code).map(RootCause::camelCase).orElse(code == KILLED ? "Killed" : "Error");
  }

  private static String camelCase(ExitCode code) {
    StringBuilder word = new StringBuilder();
    for (String part : List.of(code.name().split("_", -1))) {
      word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return word.toString();
  }
}

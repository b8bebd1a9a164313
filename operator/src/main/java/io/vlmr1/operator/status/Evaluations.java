package io.vlmr1.operator.status;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.EvaluationStatus.State;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far evaluations are, and what they found. */
final class Evaluations {
  private Evaluations() {}

  /** One entry for each of the spec, in its order; what was told before stays when its Job goes. */
  static List<EvaluationStatus> of(Observed seen) {
    return seen.spec().evaluations().stream().map(entry -> of(seen, entry)).toList();
  }

  /** The checkpoint that the first evaluation with a result answered with. */
  static Optional<String> checkpoint(Observed seen) {
    return seen.spec().evaluations().stream()
        .map(entry -> seen.evaluations().get(entry.name()))
        .filter(Objects::nonNull)
        .flatMap(job -> result(seen.podsOf(job)).stream())
        .flatMap(result -> Optional.ofNullable(result.checkpoint()).stream())
        .findFirst();
  }

  private static EvaluationStatus of(Observed seen, Evaluation entry) {
    JobSeen job = seen.evaluations().get(entry.name());
    if (job == null) {
      return told(seen, entry.name())
          .orElseGet(() -> new EvaluationStatus(entry.name(), State.PENDING, Map.of(), null));
    }
    List<PodSeen> pods = seen.podsOf(job);
    return switch (job.state()) {
      case ACTIVE -> active(entry.name(), pods);
      case FAILING, FAILED ->
          new EvaluationStatus(entry.name(), State.FAILED, Map.of(), why(job, pods));
      case COMPLETE -> complete(entry.name(), pods, told(seen, entry.name()));
    };
  }

  private static EvaluationStatus active(String name, List<PodSeen> pods) {
    boolean running = pods.stream().anyMatch(pod -> pod.state() == PodSeen.State.RUNNING);
    String words =
        pods.stream()
            .filter(PodSeen::left)
            .map(PodSeen::words)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new EvaluationStatus(
        name, running ? State.RUNNING : State.PENDING, Map.of(), running ? null : words);
  }

  private static EvaluationStatus complete(
      String name, List<PodSeen> pods, Optional<EvaluationStatus> told) {
    return result(pods)
        .map(found -> new EvaluationStatus(name, State.SUCCEEDED, found.metrics(), null))
        .or(() -> told.filter(old -> old.state() == State.SUCCEEDED))
        .orElseGet(
            () ->
                new EvaluationStatus(
                    name,
                    State.SUCCEEDED,
                    Map.of(),
                    "its pod left no metrics in its termination message"));
  }

  private static Optional<EvaluationStatus> told(Observed seen, String name) {
    return seen.status().evaluations().stream().filter(old -> old.name().equals(name)).findFirst();
  }

  private static Optional<EvaluationResult> result(List<PodSeen> pods) {
    return pods.stream()
        .flatMap(pod -> pod.ended().stream())
        .filter(exit -> exit.code() == 0)
        .flatMap(exit -> TerminationMessage.parse(exit.message()).stream())
        .flatMap(last -> Optional.ofNullable(last.evaluation()).stream())
        .findFirst();
  }

  private static @Nullable String why(JobSeen job, List<PodSeen> pods) {
    return pods.stream()
        .filter(PodSeen::failed)
        .flatMap(pod -> pod.ended().stream())
        .max(Comparator.comparing(exit -> Objects.requireNonNullElse(exit.at(), Instant.MIN)))
        .map(Evaluations::words)
        .orElse(job.message());
  }

  private static String words(PodSeen.Exit exit) {
    String message =
        TerminationMessage.parse(exit.message())
            .map(TerminationMessage::message)
            .orElse(exit.message());
    String end = "exit code " + exit.code() + (exit.reason() == null ? "" : " " + exit.reason());
    return message == null ? end : end + ": " + message;
  }
}

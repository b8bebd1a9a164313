package io.vlmr1.operator.status;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.v1alpha1.BestSpec;
import io.vlmr1.api.v1alpha1.CheckpointEvaluation;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.EvaluationStatus.State;
import io.vlmr1.operator.decide.EvaluationPlan;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.resource.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far evaluations are, and what they found. */
final class Evaluations {
  /** Checkpoints whose numbers stay in the status, besides the best one. */
  private static final int MOST = 5;

  private Evaluations() {}

  /** Tells everything that is known of evaluations by now, and the best checkpoint by it. */
  static void copy(Observed seen, Draft draft) {
    draft.evaluations = of(seen);
    best(seen, draft.evaluations).ifPresent(name -> draft.bestCheckpoint = name);
  }

  /** One entry for each of the spec, in its order; what was told before stays when its Job goes. */
  private static List<EvaluationStatus> of(Observed seen) {
    return seen.spec().evaluations().stream().map(entry -> of(seen, entry)).toList();
  }

  private static EvaluationStatus of(Observed seen, Evaluation entry) {
    Optional<EvaluationStatus> told =
        seen.status().evaluations().stream()
            .filter(old -> old.name().equals(entry.name()))
            .findFirst();
    return switch (entry.when()) {
      case END -> {
        Optional<Found> before = told.map(o -> new Found(o.state(), o.metrics(), o.message()));
        Found found = found(seen, Subject.ofFinal(entry.name()), before);
        yield new EvaluationStatus(entry.name(), found.state, found.metrics, found.message);
      }
      case EVERY_CHECKPOINT ->
          ofCheckpoints(
              seen, entry.name(), told.map(EvaluationStatus::checkpoints).orElse(List.of()));
    };
  }

  private static EvaluationStatus ofCheckpoints(
      Observed seen, String name, List<CheckpointEvaluation> told) {
    List<CheckpointEvaluation> all = new ArrayList<>();
    for (String checkpoint : EvaluationPlan.checkpoints(seen, name)) {
      Optional<Found> before =
          told.stream()
              .filter(old -> old.checkpoint().equals(checkpoint))
              .map(old -> new Found(old.state(), old.metrics(), old.message()))
              .findFirst();
      Found found = found(seen, new Subject(name, checkpoint), before);
      all.add(new CheckpointEvaluation(checkpoint, found.state, found.metrics, found.message));
    }
    if (all.isEmpty()) {
      return new EvaluationStatus(name, State.PENDING, Map.of(), null);
    }
    CheckpointEvaluation newest = all.get(all.size() - 1);
    return new EvaluationStatus(
        name, newest.state(), newest.metrics(), newest.message(), kept(seen, name, all));
  }

  /** All that are not over, the newest that are, and the best. */
  private static List<CheckpointEvaluation> kept(
      Observed seen, String name, List<CheckpointEvaluation> all) {
    List<CheckpointEvaluation> over = all.stream().filter(one -> one.state().over()).toList();
    Set<CheckpointEvaluation> gone =
        new HashSet<>(over.subList(0, Math.max(0, over.size() - MOST)));
    seen.spec()
        .bestCheckpoint()
        .filter(best -> name.equals(best.evaluation()))
        .flatMap(best -> best(best, all))
        .ifPresent(gone::remove);
    return all.stream().filter(one -> !gone.contains(one)).toList();
  }

  /**
   * The best checkpoint: by the number that the spec names, or what the first evaluation with a
   * result looked at where none looks at every checkpoint.
   */
  private static Optional<String> best(Observed seen, List<EvaluationStatus> entries) {
    Optional<BestSpec> best = seen.spec().bestCheckpoint();
    if (best.isEmpty()) {
      return seen.spec().evaluations().stream()
          .map(entry -> seen.evaluations().get(Subject.ofFinal(entry.name())))
          .filter(Objects::nonNull)
          .flatMap(job -> result(seen.podsOf(job)).stream())
          .flatMap(result -> Optional.ofNullable(result.checkpoint()).stream())
          .findFirst();
    }
    return entries.stream()
        .filter(entry -> entry.name().equals(best.get().evaluation()))
        .flatMap(entry -> best(best.get(), entry.checkpoints()).stream())
        .map(CheckpointEvaluation::checkpoint)
        .findFirst();
  }

  /** Of equally good ones the oldest, as the trainer keeps it. */
  private static Optional<CheckpointEvaluation> best(
      BestSpec spec, List<CheckpointEvaluation> all) {
    CheckpointEvaluation best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (CheckpointEvaluation one : all) {
      double worth = spec.worth(one.metrics()); // NaN is never more
      if (one.state() == State.SUCCEEDED && worth > most) {
        best = one;
        most = worth;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Nothing more comes of what was not over when the training failed. */
  static List<EvaluationStatus> abandoned(List<EvaluationStatus> entries) {
    return entries.stream()
        .map(
            entry ->
                new EvaluationStatus(
                    entry.name(),
                    abandoned(entry.state()),
                    entry.metrics(),
                    message(entry.state(), entry.message()),
                    entry.checkpoints().stream()
                        .map(
                            one ->
                                new CheckpointEvaluation(
                                    one.checkpoint(),
                                    abandoned(one.state()),
                                    one.metrics(),
                                    message(one.state(), one.message())))
                        .toList()))
        .toList();
  }

  private static State abandoned(State state) {
    return state.over() ? state : State.FAILED;
  }

  private static @Nullable String message(State state, @Nullable String message) {
    return state.over() ? message : "given up: the training failed";
  }

  /** What is known of one evaluation of one model. */
  private record Found(State state, Map<String, Double> metrics, @Nullable String message) {}

  private static Found found(Observed seen, Subject subject, Optional<Found> told) {
    JobSeen job = seen.evaluations().get(subject);
    if (job == null) {
      return told.filter(old -> old.state.over())
          .orElseGet(() -> new Found(State.PENDING, Map.of(), null));
    }
    List<PodSeen> pods = seen.podsOf(job);
    return switch (job.state()) {
      case ACTIVE -> active(pods);
      case FAILING, FAILED -> new Found(State.FAILED, Map.of(), why(job, pods));
      case COMPLETE -> complete(pods, told);
    };
  }

  private static Found active(List<PodSeen> pods) {
    boolean running = pods.stream().anyMatch(pod -> pod.state() == PodSeen.State.RUNNING);
    String words =
        pods.stream()
            .filter(PodSeen::left)
            .map(PodSeen::words)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new Found(running ? State.RUNNING : State.PENDING, Map.of(), running ? null : words);
  }

  private static Found complete(List<PodSeen> pods, Optional<Found> told) {
    return result(pods)
        .map(found -> new Found(State.SUCCEEDED, found.metrics(), null))
        .or(() -> told.filter(old -> old.state == State.SUCCEEDED))
        .orElseGet(
            () ->
                new Found(
                    State.SUCCEEDED,
                    Map.of(),
                    "its pod left no metrics in its termination message"));
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

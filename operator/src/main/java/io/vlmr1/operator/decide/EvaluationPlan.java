package io.vlmr1.operator.decide;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.v1alpha1.CheckpointEvaluation;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.observe.ProgressSeen;
import io.vlmr1.operator.resource.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is to be evaluated, and what of it is over. */
public final class EvaluationPlan {
  private static final Comparator<String> BY_STEP =
      Comparator.comparingInt(name -> OutputLayout.step(name).orElse(Integer.MAX_VALUE));

  private EvaluationPlan() {}

  /** Everything that is to be evaluated by now, evaluation by evaluation, old checkpoints first. */
  static List<Subject> subjects(Observed seen) {
    boolean trained = Journal.trained(seen);
    List<Subject> all = new ArrayList<>();
    for (Evaluation evaluation : seen.spec().evaluations()) {
      switch (evaluation.when()) {
        case END -> {
          if (trained) {
            all.add(Subject.ofFinal(evaluation.name()));
          }
        }
        case EVERY_CHECKPOINT ->
            checkpoints(seen, evaluation.name())
                .forEach(name -> all.add(new Subject(evaluation.name(), name)));
      }
    }
    return all;
  }

  /**
   * Checkpoints of an evaluation of every checkpoint: those that the journal or a Job knows, and
   * the newest. Of those that still wait only the newest stay: the trainer deletes older ones.
   */
  public static List<String> checkpoints(Observed seen, String evaluation) {
    Set<String> all = new TreeSet<>(BY_STEP);
    told(seen, evaluation).map(CheckpointEvaluation::checkpoint).forEach(all::add);
    seen.evaluations().keySet().stream()
        .filter(subject -> subject.evaluation().equals(evaluation))
        .map(Subject::checkpoint)
        .filter(name -> isModel(name))
        .forEach(all::add);
    Optional<String> newest = newest(seen);
    newest.ifPresent(all::add);
    if (Journal.trained(seen) && !newest.equals(last(seen))) {
      all.add(OutputLayout.FINAL);
    }
    List<String> waiting =
        all.stream().filter(name -> waits(seen, new Subject(evaluation, name))).toList();
    int surplus = Math.max(0, waiting.size() - OutputLayout.MOST_WAITING);
    waiting.subList(0, surplus).forEach(all::remove);
    return List.copyOf(all);
  }

  private static boolean isModel(String name) {
    return name.equals(OutputLayout.FINAL) || OutputLayout.step(name).isPresent();
  }

  /** The newest whole checkpoint that rank 0 told of; a name that is none is left alone. */
  private static Optional<String> newest(Observed seen) {
    return seen.progress()
        .map(ProgressSeen::latest)
        .map(Progress::latestCheckpoint)
        .or(() -> Optional.ofNullable(seen.status().latestCheckpoint()))
        .filter(name -> OutputLayout.step(name).isPresent());
  }

  /** The checkpoint of the last step, whose weights are the final model's. */
  private static Optional<String> last(Observed seen) {
    return Optional.ofNullable(seen.status().maxSteps()).map(steps -> "checkpoint-" + steps);
  }

  private static boolean waits(Observed seen, Subject subject) {
    return !seen.evaluations().containsKey(subject) && !over(seen, subject);
  }

  /** By its Job, or by the journal once the Job is gone. */
  static boolean over(Observed seen, Subject subject) {
    JobSeen job = seen.evaluations().get(subject);
    if (job != null) { // its metrics are in the pod, whose end may be seen after the Job's
      return !job.active() && seen.podsOf(job).stream().noneMatch(PodSeen::left);
    }
    return everyCheckpoint(seen, subject.evaluation())
        ? told(seen, subject.evaluation())
            .filter(told -> told.checkpoint().equals(subject.checkpoint()))
            .anyMatch(told -> told.state().over())
        : entries(seen, subject.evaluation()).anyMatch(entry -> entry.state().over());
  }

  private static boolean everyCheckpoint(Observed seen, String evaluation) {
    return seen.spec().everyCheckpoint().stream().anyMatch(one -> one.name().equals(evaluation));
  }

  private static Stream<CheckpointEvaluation> told(Observed seen, String evaluation) {
    return entries(seen, evaluation)
        .flatMap(entry -> entry.checkpoints().stream())
        .filter(told -> isModel(told.checkpoint()));
  }

  private static Stream<EvaluationStatus> entries(Observed seen, String evaluation) {
    return seen.status().evaluations().stream()
        .filter(entry -> Objects.equals(entry.name(), evaluation));
  }

  /** What has no Job yet and may get one, so that no more than so many run at a time. */
  static List<Subject> due(Observed seen, int most) {
    List<Subject> open = subjects(seen).stream().filter(subject -> !over(seen, subject)).toList();
    List<Subject> missing =
        open.stream().filter(subject -> !seen.evaluations().containsKey(subject)).toList();
    int free = Math.max(0, most - (open.size() - missing.size()));
    return missing.subList(0, Math.min(free, missing.size()));
  }
}

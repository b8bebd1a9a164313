package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.util.List;
import java.util.Optional;

/** Evaluates the trained model, on no more pods at a time than training had. */
final class RunEvaluations implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    List<String> open =
        seen.spec().evaluations().stream()
            .map(Evaluation::name)
            .filter(name -> !over(seen, name))
            .toList();
    if (open.isEmpty()) {
      return Optional.empty();
    }
    List<String> missing =
        open.stream().filter(name -> !seen.evaluations().containsKey(name)).toList();
    int running = open.size() - missing.size();
    int free = Math.max(0, seen.spec().workers().replicas() - running);
    return Optional.of(
        new Decision.Evaluate(
            missing.subList(0, Math.min(free, missing.size())), Stuck.next(seen)));
  }

  /** By its Job, or by the journal once the Job is gone. */
  private static boolean over(Observed seen, String name) {
    JobSeen job = seen.evaluations().get(name);
    if (job != null) { // its metrics are in the pod, whose end may be seen after the Job's
      return !job.active() && seen.podsOf(job).stream().noneMatch(PodSeen::left);
    }
    return seen.status().evaluations().stream()
        .filter(told -> told.name().equals(name))
        .anyMatch(
            told ->
                told.state() == EvaluationStatus.State.SUCCEEDED
                    || told.state() == EvaluationStatus.State.FAILED);
  }
}

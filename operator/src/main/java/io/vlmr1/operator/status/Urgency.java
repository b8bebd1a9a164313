package io.vlmr1.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Whether a change of a status is news, or only another number or wording. */
public final class Urgency {
  private Urgency() {}

  /** News is written at once; the rest may wait and be written together. */
  public static boolean isNews(GrpoJobStatus old, GrpoJobStatus next) {
    return !facts(old).equals(facts(next));
  }

  private static List<Object> facts(GrpoJobStatus status) {
    return Arrays.asList(
        status.observedGeneration(),
        status.phase(),
        status.attempt(),
        status.restarts(),
        status.disruptions(),
        status.startTime(),
        status.completionTime(),
        status.failure(),
        status.bestCheckpoint(),
        status.conditions().stream().map(Urgency::word).toList(),
        status.attempts().stream().map(Urgency::word).toList(),
        status.evaluations().stream().map(Urgency::word).toList());
  }

  private static String word(Condition condition) {
    return String.join("/", condition.getType(), condition.getStatus(), condition.getReason());
  }

  private static String word(Attempt attempt) {
    return attempt.number() + "/" + Objects.requireNonNullElse(attempt.end(), "open");
  }

  private static String word(EvaluationStatus evaluation) {
    return evaluation.name()
        + "/"
        + evaluation.state()
        + evaluation.checkpoints().stream()
            .map(one -> "/" + one.checkpoint() + "/" + one.state())
            .collect(Collectors.joining());
  }
}

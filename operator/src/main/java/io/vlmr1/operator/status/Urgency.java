package io.vlmr1.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** How soon a change of a status has to be told. */
public enum Urgency {
  /** At once. */
  NEWS,
  /** Only another number or wording: may wait for more of its kind. */
  NUMBERS,
  /** The first attempt was started and nothing has come of it yet: may wait for what comes. */
  START;

  /** Of a change. */
  public static Urgency of(GrpoJobStatus old, GrpoJobStatus next) {
    if (facts(old).equals(facts(next))) {
      return NUMBERS;
    }
    return isStart(old, next) ? START : NEWS;
  }

  private static boolean isStart(GrpoJobStatus old, GrpoJobStatus next) {
    return old.phase() == null
        && next.phase() == Phase.PREPARING
        && next.attempts().size() == 1
        && next.attempts().get(0).end() == null
        && next.failure() == null;
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

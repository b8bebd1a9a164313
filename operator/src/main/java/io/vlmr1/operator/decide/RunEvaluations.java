package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.Optional;

/** Evaluates the trained model, on no more pods at a time than training had. */
final class RunEvaluations implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    boolean over =
        EvaluationPlan.subjects(seen).stream()
            .allMatch(subject -> EvaluationPlan.over(seen, subject));
    return over
        ? Optional.empty()
        : Optional.of(
            new Decision.Evaluate(
                EvaluationPlan.due(seen, seen.spec().workers().replicas()), Stuck.next(seen)));
  }
}

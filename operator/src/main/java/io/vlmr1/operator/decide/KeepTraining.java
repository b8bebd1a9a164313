package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.resource.Subject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An attempt that nothing speaks against goes on; its checkpoints are evaluated one by one. */
final class KeepTraining implements Rule {
  /** Besides the training, which wants the devices. */
  private static final int EVALUATIONS_AT_ONCE = 1;

  @Override
  public Optional<Decision> decide(Observed seen) {
    return seen.attemptOpen()
        ? Optional.of(
            new Decision.Train(
                evaluations(seen),
                Stream.of(RestartStalledAttempt.left(seen), Stuck.next(seen))
                    .flatMap(Optional::stream)
                    .min(Comparator.naturalOrder())))
        : Optional.empty();
  }

  private static List<Subject> evaluations(Observed seen) {
    return seen.problems().isEmpty()
        ? EvaluationPlan.due(seen, EVALUATIONS_AT_ONCE)
        : List.of(); // a spec that cannot be run names no evaluation to rely on
  }
}

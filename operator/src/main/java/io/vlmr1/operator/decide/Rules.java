package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.Observed;
import java.util.List;
import java.util.Optional;

/** The life of a job: the first rule that answers decides. */
public final class Rules {
  private static final List<Rule> LIFE =
      List.of(
          new ForceDeleteStuckPods(),
          new ServeModel(),
          new RestWhenFinished(),
          new CompleteTrainedAttempt(),
          new RefuseInvalidSpec(),
          new HonourSuspend(),
          new JudgeLostAttempt(),
          new RestartStalledAttempt(),
          new KeepTraining(),
          new PrepareModel(),
          new DrainEndedAttempt(),
          new BackOff(),
          new StartAttempt(),
          new RunEvaluations());

  private Rules() {}

  /** What to do about what was seen. */
  public static Decision decide(Observed seen) {
    return LIFE.stream()
        .map(rule -> rule.decide(seen))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseGet(Decision.Finish::new);
  }
}

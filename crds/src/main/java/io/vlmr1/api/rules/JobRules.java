package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;

/** Every rule, in the order in which their problems are told. */
public final class JobRules {
  private static final List<Rule> RULES =
      List.of(
          new ObjectName(),
          new DeclaredLimits(),
          new DistinctNames(),
          new NotYet(),
          new ModelPlace(),
          new AdapterChoice(),
          new DataChoice(),
          new InferenceServers(),
          new EvaluatedCheckpoints(),
          new KnownRewards(),
          new RewardOptions(),
          new ClipRange(),
          new EffectiveSettings(),
          new WholeBatch(),
          new OneWarmUp(),
          new SomeStep(),
          new ActivationMemory(),
          new WorkerPods(),
          new Scheduling(),
          new Volumes(),
          new Backoff());

  private JobRules() {}

  /** All problems of a job, in a fixed order; empty when it can run. Never throws. */
  public static List<Problem> problems(GrpoJob job) {
    return RULES.stream().flatMap(rule -> rule.problems(job).stream()).distinct().toList();
  }
}

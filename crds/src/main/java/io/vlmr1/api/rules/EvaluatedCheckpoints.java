package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.BestSpec;
import io.vlmr1.api.v1alpha1.CheckpointVolume;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.ArrayList;
import java.util.List;

/** Checkpoints can be evaluated beside the training that makes them, and told apart. */
final class EvaluatedCheckpoints implements Rule {
  private static final String ONE_POD = "ReadWriteOncePod";

  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    List<Problem> problems = new ArrayList<>();
    BestSpec best = spec.checkpoints().best();
    if (best != null && spec.everyCheckpoint().isEmpty()) {
      problems.add(
          new Problem(
              "spec.checkpoints.best",
              "no evaluation looks at every checkpoint",
              "set when: everyCheckpoint in one of spec.evaluations, or remove it"));
    } else if (best != null && spec.bestCheckpoint().isEmpty()) {
      problems.add(
          new Problem(
              "spec.checkpoints.best.evaluation",
              '"' + best.evaluation() + "\" is no evaluation of every checkpoint",
              "name one of spec.evaluations with when: everyCheckpoint"));
    }
    CheckpointVolume volume = spec.checkpoints().volume();
    if (!spec.everyCheckpoint().isEmpty() && volume.accessModes().equals(List.of(ONE_POD))) {
      problems.add(
          new Problem(
              "spec.checkpoints.volume.accessModes",
              ONE_POD + " lets no evaluation look at a checkpoint while training goes on",
              "use ReadWriteMany, or ReadWriteOnce where all pods run on one node"));
    }
    return problems;
  }
}

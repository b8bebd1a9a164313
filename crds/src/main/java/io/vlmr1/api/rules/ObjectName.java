package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The job's name can be the beginning of names of Services, Jobs and pods: 63 characters, of which
 * the attempt, the evaluation and the pod's index take some.
 */
final class ObjectName implements Rule {
  static final int LONGEST = 40;
  static final int LONGEST_WITH_EVALUATION = 52;

  /** A dash and the step of a checkpoint. */
  static final int STEP = 10;

  private static final Pattern SERVICE_NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  @Override
  public List<Problem> problems(GrpoJob job) {
    String name = job.getMetadata() == null ? null : job.getMetadata().getName();
    if (name == null || name.isEmpty()) {
      return List.of(new Problem("metadata.name", "absent", "give the job a name"));
    }
    List<Problem> problems = new ArrayList<>();
    if (!SERVICE_NAME.matcher(name).matches()) {
      problems.add(
          new Problem(
              "metadata.name",
              '"' + name + "\" cannot be the name of a Service",
              "use lower-case letters, digits and dashes, with a letter first"));
    }
    if (name.length() > LONGEST) {
      problems.add(
          new Problem(
              "metadata.name",
              name.length() + " characters long",
              "use at most " + LONGEST + ", so that the pods' names fit"));
    }
    List<Evaluation> evaluations = job.getSpec().evaluations();
    for (int i = 0; i < evaluations.size(); i++) {
      int together = name.length() + evaluations.get(i).name().length();
      int longest = longest(evaluations.get(i));
      if (name.length() <= LONGEST && together > longest) {
        problems.add(
            new Problem(
                "spec.evaluations[" + i + "].name",
                "with the job's name " + together + " characters long",
                "use at most " + longest + " for both together"));
      }
    }
    return problems;
  }

  private static int longest(Evaluation evaluation) {
    return evaluation.when() == Evaluation.When.EVERY_CHECKPOINT
        ? LONGEST_WITH_EVALUATION - STEP
        : LONGEST_WITH_EVALUATION;
  }
}

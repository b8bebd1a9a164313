package io.vlmr1.api.rules;

import io.vlmr1.api.v1alpha1.DeviceClaim;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.SchedulingSpec;
import io.vlmr1.api.v1alpha1.WorkersSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Queue, gang and topology go together, and every claim of devices says where it comes from. */
final class Scheduling implements Rule {
  private static final String PATH = "spec.workers.scheduling";
  private static final Pattern LABEL =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern QUEUE = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

  @Override
  public List<Problem> problems(GrpoJob job) {
    WorkersSpec workers = job.getSpec().workers();
    List<Problem> problems = new ArrayList<>();
    if (workers.scheduling() != null) {
      queue(workers.scheduling(), problems);
      topology(workers.scheduling(), problems);
    }
    for (int i = 0; i < workers.resourceClaims().size(); i++) {
      claim("spec.workers.resourceClaims[" + i + "]", workers.resourceClaims().get(i), problems);
    }
    return problems;
  }

  private static void queue(SchedulingSpec scheduling, List<Problem> problems) {
    String queue = scheduling.queue();
    switch (scheduling.gang()) {
      case KUEUE -> {
        if (queue == null) {
          problems.add(
              new Problem(PATH + ".queue", "absent", "name the LocalQueue that the job waits in"));
        }
      }
      case NONE, SCHEDULER_PLUGINS -> {
        if (queue != null) {
          problems.add(
              new Problem(
                  PATH + ".queue",
                  "without effect with this gang",
                  "set gang to kueue or volcano, or remove it"));
        }
      }
      case VOLCANO -> {} // has a default queue of its own
    }
    if (queue != null && !QUEUE.matcher(queue).matches()) {
      problems.add(
          new Problem(
              PATH + ".queue",
              '"' + queue + "\" is no name of a queue",
              "use lower-case letters, digits, dashes and dots"));
    }
  }

  private static void topology(SchedulingSpec scheduling, List<Problem> problems) {
    String key = scheduling.topologyKey();
    if (key == null) {
      if (scheduling.placement() != null || scheduling.required()) {
        problems.add(
            new Problem(
                PATH + ".topologyKey",
                "absent, so placement and required have no effect",
                "name the node label that placement goes by"));
      }
    } else if (!LABEL.matcher(key).matches()) {
      problems.add(
          new Problem(
              PATH + ".topologyKey",
              '"' + key + "\" is no name of a label",
              "write it as topology.kubernetes.io/zone"));
    }
  }

  private static void claim(String path, DeviceClaim claim, List<Problem> problems) {
    boolean existing = claim.resourceClaimName() != null;
    boolean template = claim.resourceClaimTemplateName() != null;
    if (existing == template) {
      problems.add(
          new Problem(
              path,
              existing ? "names a claim and a template" : "names neither a claim nor a template",
              "give one of resourceClaimName and resourceClaimTemplateName"));
    }
  }
}

package io.vlmr1.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.resource.Labels;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together what the cluster's caches hold about one job. Pure. */
public final class Observer {
  private Observer() {}

  /**
   * What caches hold now, sorted into attempts, evaluations and pods.
   *
   * @param shared what serves all attempts: spec, Service, policy
   */
  public static Observed observe(
      GrpoJob job,
      List<Problem> problems,
      Collection<Job> jobs,
      Collection<? extends HasMetadata> shared,
      Collection<Pod> pods,
      Instant now) {
    Map<Integer, JobSeen> attempts = new HashMap<>();
    Map<String, JobSeen> evaluations = new HashMap<>();
    JobSeen download = null;
    boolean forerunner = shared.stream().anyMatch(object -> ownedByAnother(job, object));
    for (Job one : jobs) {
      if (!ownedBy(job, one)) {
        forerunner = true;
        continue;
      }
      Map<String, String> labels = one.getMetadata().getLabels();
      switch (labels.getOrDefault(Labels.ROLE, "")) {
        case Labels.TRAIN ->
            attempts.put(Integer.valueOf(labels.get(Labels.ATTEMPT)), JobReader.read(one));
        case Labels.EVALUATE -> evaluations.put(labels.get(Labels.EVALUATION), JobReader.read(one));
        case Labels.FETCH -> download = JobReader.read(one);
        default -> {} // not one of the operator's
      }
    }
    return new Observed(
        job,
        problems,
        attempts,
        evaluations,
        Optional.ofNullable(download),
        pods.stream()
            .map(PodReader::read)
            .sorted(Comparator.comparing(PodSeen::index).thenComparing(PodSeen::name))
            .toList(),
        forerunner,
        Optional.empty(),
        now);
  }

  /** A job deleted and made again under the same name finds what its forerunner had. */
  private static boolean ownedByAnother(GrpoJob job, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> owner.getKind().equals(GrpoJob.KIND))
        && !ownedBy(job, object);
  }

  private static boolean ownedBy(GrpoJob job, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(job.getMetadata().getUid()));
  }
}

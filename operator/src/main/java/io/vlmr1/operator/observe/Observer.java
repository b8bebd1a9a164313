package io.vlmr1.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Subject;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts together what the cluster's caches hold about one job. Pure. */
public final class Observer {
  private Observer() {}

  /**
   * What caches hold now, sorted into attempts, evaluations, the served model and pods.
   *
   * @param shared what is there beside Jobs and pods: spec, Services, policies, and the Deployment
   *     of the served model
   */
  public static Observed observe(
      GrpoJob job,
      List<Problem> problems,
      Collection<Job> jobs,
      Collection<? extends HasMetadata> shared,
      Collection<Pod> pods,
      Instant now) {
    Map<Integer, JobSeen> attempts = new HashMap<>();
    Map<Subject, JobSeen> evaluations = new HashMap<>();
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
        case Labels.EVALUATE -> evaluations.put(Labels.subject(labels), JobReader.read(one));
        case Labels.FETCH -> download = JobReader.read(one);
        default -> {} // not one of the operator's
      }
    }
    Map<Boolean, List<PodSeen>> serving =
        pods.stream()
            .map(PodReader::read)
            .sorted(Comparator.comparing(PodSeen::index).thenComparing(PodSeen::name))
            .collect(Collectors.partitioningBy(pod -> pod.role().equals(Labels.SERVE)));
    return new Observed(
        job,
        problems,
        attempts,
        evaluations,
        Optional.ofNullable(download),
        shared.stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .filter(one -> ownedBy(job, one))
            .map(one -> serving(one, serving.getOrDefault(true, List.of())))
            .findFirst(),
        serving.getOrDefault(false, List.of()),
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

  private static ServingSeen serving(Deployment one, List<PodSeen> pods) {
    DeploymentStatus status = Objects.requireNonNullElseGet(one.getStatus(), DeploymentStatus::new);
    long told = Objects.requireNonNullElse(status.getObservedGeneration(), 0L);
    int ready = Objects.requireNonNullElse(status.getReadyReplicas(), 0);
    int updated = Objects.requireNonNullElse(status.getUpdatedReplicas(), 0);
    return new ServingSeen(
        Objects.requireNonNullElse(one.getSpec().getReplicas(), 1),
        Math.min(ready, updated),
        told >= Objects.requireNonNullElse(one.getMetadata().getGeneration(), 0L),
        pods);
  }

  private static boolean ownedBy(GrpoJob job, HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(job.getMetadata().getUid()));
  }
}

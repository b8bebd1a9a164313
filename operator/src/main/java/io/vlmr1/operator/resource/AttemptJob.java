package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.Map;

/** All workers of one attempt as one Indexed Job. */
public final class AttemptJob {
  private AttemptJob() {}

  /** Any failed pod ends the Job: a training with a rank missing cannot go on. */
  public static Job of(GrpoJob owner, int attempt, PodDefaults defaults) {
    Map<String, String> labels = Labels.ofAttempt(owner, attempt);
    int workers = owner.getSpec().workers().replicas();
    return new JobBuilder()
        .withMetadata(
            Names.owned(owner, Names.attempt(owner, attempt), Gang.labelled(owner, labels)))
        .withNewSpec()
        .withSuspend(Gang.queued(owner) ? true : null) // Kueue lets it run
        .withCompletionMode("Indexed")
        .withCompletions(workers)
        .withParallelism(workers)
        .withBackoffLimit(0) // one lost worker ends the attempt; the next one resumes
        .withPodFailurePolicy(FailurePolicy.anyFailureEndsTheJob())
        .withPodReplacementPolicy("Failed") // Failed is told only when all pods have ended
        .withTemplate(template(owner, attempt, defaults, labels))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(
      GrpoJob owner, int attempt, PodDefaults defaults, Map<String, String> labels) {
    PodTemplateSpec built =
        new PodTemplateSpecBuilder(
                WorkerPod.of(
                    owner,
                    defaults,
                    Gang.podLabels(owner, labels),
                    WorkerVariables.ofAttempt(owner, attempt)))
            .editMetadata()
            .withAnnotations(Gang.podAnnotations(owner))
            .endMetadata()
            .editSpec()
            .withSubdomain(Names.workers(owner)) // <job>-<attempt>-<index>.<job>-workers
            .withSchedulerName(Gang.scheduler(owner))
            .withAffinity(Placement.affinity(owner, attempt))
            .withTopologySpreadConstraints(Placement.spread(owner, attempt))
            .endSpec()
            .build();
    return PodTemplate.merged(built, owner.getSpec().workers().template());
  }
}

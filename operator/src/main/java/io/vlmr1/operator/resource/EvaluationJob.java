package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.Map;

/** One evaluation of the trained model as a Job with one pod. */
public final class EvaluationJob {
  private static final int RETRIES = 2;

  private EvaluationJob() {}

  /** Evictions are not counted; errors that stay the same are not tried again. */
  public static Job of(GrpoJob owner, String evaluation, PodDefaults defaults) {
    Map<String, String> labels = Labels.ofEvaluation(owner, evaluation);
    return new JobBuilder()
        .withMetadata(
            Names.owned(owner, Names.evaluation(owner, evaluation), Gang.labelled(owner, labels)))
        .withNewSpec()
        .withSuspend(Gang.queued(owner) ? true : null)
        .withCompletionMode("NonIndexed")
        .withCompletions(1)
        .withParallelism(1)
        .withBackoffLimit(RETRIES)
        .withPodFailurePolicy(FailurePolicy.lastingErrorsEndTheJob())
        .withPodReplacementPolicy("Failed")
        .withTemplate(
            PodTemplate.merged(
                WorkerPod.of(
                    owner, defaults, labels, WorkerVariables.ofEvaluation(owner, evaluation)),
                owner.getSpec().workers().template()))
        .endSpec()
        .build();
  }
}

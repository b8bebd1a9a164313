package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** One evaluation of a trained model, or of a checkpoint, as a Job with one pod. */
public final class EvaluationJob {
  private static final int RETRIES = 2;

  /** Jobs of checkpoints are many; an hour is enough to read a log. */
  private static final int CHECKPOINT_TTL = 3600;

  private EvaluationJob() {}

  /**
   * Evictions are not counted; errors that stay the same are not tried again.
   *
   * @throws NoSuchElementException when the spec has no evaluation of this name
   */
  public static Job of(GrpoJob owner, Subject subject, PodDefaults defaults) {
    Map<String, String> labels = Labels.ofEvaluation(owner, subject);
    Evaluation evaluation = evaluation(owner, subject.evaluation());
    return new JobBuilder()
        .withMetadata(
            Names.owned(owner, Names.evaluation(owner, subject), Gang.labelled(owner, labels)))
        .withNewSpec()
        .withSuspend(Gang.queued(owner) ? true : null)
        .withCompletionMode("NonIndexed")
        .withCompletions(1)
        .withParallelism(1)
        .withBackoffLimit(RETRIES)
        .withActiveDeadlineSeconds(
            Optional.ofNullable(evaluation.timeoutSeconds()).map(Integer::longValue).orElse(null))
        .withTtlSecondsAfterFinished(subject.isFinal() ? null : CHECKPOINT_TTL)
        .withPodFailurePolicy(FailurePolicy.lastingErrorsEndTheJob())
        .withPodReplacementPolicy("Failed")
        .withTemplate(
            PodTemplate.merged(
                pod(owner, evaluation, subject, defaults), owner.getSpec().workers().template()))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec pod(
      GrpoJob owner, Evaluation evaluation, Subject subject, PodDefaults defaults) {
    PodTemplateSpec alone =
        WorkerPod.of(
            owner,
            defaults,
            Labels.ofEvaluation(owner, subject),
            WorkerVariables.ofEvaluation(owner, evaluation, subject.checkpoint()));
    return evaluation.engine() == Engine.OWN
        ? alone
        : InferenceServer.of(owner, evaluation, defaults).beside(alone, subject.checkpoint());
  }

  private static Evaluation evaluation(GrpoJob owner, String name) {
    return owner.getSpec().evaluations().stream()
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}

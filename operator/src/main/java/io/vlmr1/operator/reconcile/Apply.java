package io.vlmr1.operator.reconcile;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Ending;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.resource.AttemptJob;
import io.vlmr1.operator.resource.CheckpointClaim;
import io.vlmr1.operator.resource.EvaluationJob;
import io.vlmr1.operator.resource.Gang;
import io.vlmr1.operator.resource.ModelJob;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.resource.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Does what was decided, and says when to look again. Every case may be done twice. */
final class Apply implements Decision.Handler<Optional<Duration>> {
  private static final Logger LOG = Logger.getLogger(Apply.class);
  private static final Optional<Duration> NOW = Optional.of(Duration.ZERO);
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Observed seen;
  private final Children children;
  private final PodDefaults defaults;
  private final KubernetesClient client;

  Apply(Observed seen, Children children, PodDefaults defaults, KubernetesClient client) {
    this.seen = seen;
    this.children = children;
    this.defaults = defaults;
    this.client = client;
  }

  @Override
  public Optional<Duration> refuse(Decision.Refuse decision) {
    return decision.again();
  }

  @Override
  public Optional<Duration> prepare(Decision.Prepare decision) {
    if (decision.make()) {
      children.makeClaims(ModelJob.cache(seen.job()));
      children.make(ModelJob.of(seen.job(), defaults));
    }
    return decision.again();
  }

  @Override
  public Optional<Duration> start(Decision.Start decision) {
    children.applyShared();
    children.makeClaims(CheckpointClaim.of(seen.job()));
    Gang.podGroup(seen.job()).forEach(children::applyGroup);
    children.make(AttemptJob.of(seen.job(), decision.attempt(), defaults));
    deleteJobs(before(decision.attempt() - 1));
    return Optional.empty();
  }

  /** The last attempt's Job stays, with the pods whose logs tell why it ended. */
  private List<String> before(int attempt) {
    return seen.attempts().entrySet().stream()
        .filter(entry -> entry.getKey() < attempt)
        .map(entry -> entry.getValue().name())
        .toList();
  }

  @Override
  public Optional<Duration> train(Decision.Train decision) {
    try {
      children.applyShared();
      evaluate(decision.evaluations());
    } catch (Refused e) { // the attempt runs without; the next one will tell
      LOG.warnf("%s: %s", seen.job().getFullResourceName(), e.getMessage());
    }
    return decision.again();
  }

  private void evaluate(List<Subject> subjects) {
    subjects.forEach(subject -> children.make(EvaluationJob.of(seen.job(), subject, defaults)));
  }

  @Override
  public Optional<Duration> await(Decision.Await decision) {
    return decision.again();
  }

  @Override
  public Optional<Duration> end(Decision.EndAttempt decision) {
    endAttempt(decision.ending());
    return NOW;
  }

  @Override
  public Optional<Duration> fail(Decision.Fail decision) {
    endAttempt(decision.ending());
    deleteJobs(
        seen.evaluations().values().stream()
            .filter(JobSeen::active)
            .map(JobSeen::name)
            .toList()); // nobody will read what they find
    return NOW;
  }

  /** A stalled attempt does not end by itself; the Job controller ends every other. */
  private void endAttempt(Ending ending) {
    if (ending.kind() == Ending.Kind.STALL) {
      deleteJobs(seen.attemptJob().map(JobSeen::name).stream().toList());
    }
  }

  @Override
  public Optional<Duration> completeTraining(Decision.CompleteTraining decision) {
    return NOW;
  }

  @Override
  public Optional<Duration> stop(Decision.Stop decision) {
    deleteJobs(decision.jobs());
    return NOW;
  }

  @Override
  public Optional<Duration> staySuspended(Decision.StaySuspended decision) {
    return decision.again();
  }

  @Override
  public Optional<Duration> forceDelete(Decision.ForceDelete decision) {
    decision
        .pods()
        .forEach(
            pod ->
                client
                    .resources(Pod.class)
                    .inNamespace(seen.job().getMetadata().getNamespace())
                    .withName(pod)
                    .withGracePeriod(0)
                    .delete());
    deleteJobs(decision.jobs()); // the Job controller lets go of the pods of Jobs that are gone
    return Optional.of(SOON);
  }

  @Override
  public Optional<Duration> evaluate(Decision.Evaluate decision) {
    if (!decision.subjects().isEmpty()) {
      children.applyShared();
    }
    evaluate(decision.subjects());
    return decision.again();
  }

  @Override
  public Optional<Duration> finish(Decision.Finish decision) {
    return NOW;
  }

  @Override
  public Optional<Duration> serve(Decision.Serve decision) {
    switch (decision.work()) {
      case APPLY -> children.applyServing();
      case KEEP -> {}
      case REMOVE -> children.removeServing();
    }
    return decision.again();
  }

  @Override
  public Optional<Duration> rest(Decision.Rest decision) {
    return decision.again();
  }

  /** Verb: delete on grpojobs. What the job owns goes with it. */
  @Override
  public Optional<Duration> expire(Decision.Expire decision) {
    client
        .resources(GrpoJob.class)
        .inNamespace(seen.job().getMetadata().getNamespace())
        .withName(seen.job().getMetadata().getName())
        .delete();
    return Optional.empty();
  }

  private void deleteJobs(List<String> names) {
    names.forEach(
        name ->
            client
                .resources(Job.class)
                .inNamespace(seen.job().getMetadata().getNamespace())
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete());
  }
}

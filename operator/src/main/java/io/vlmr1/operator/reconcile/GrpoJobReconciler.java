package io.vlmr1.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnAddFilter;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Rules;
import io.vlmr1.operator.observe.News;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.Observer;
import io.vlmr1.operator.ops.EventRecorder;
import io.vlmr1.operator.ops.JobMeters;
import io.vlmr1.operator.ops.Note;
import io.vlmr1.operator.progress.ProgressEvents;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Names;
import io.vlmr1.operator.resource.PodDefaults;
import io.vlmr1.operator.status.NextStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Observe, decide, apply, report. Verbs: list, watch, delete on grpojobs; patch on grpojobs/status;
 * those of {@link Children}.
 */
@ControllerConfiguration(
    name = "grpojob",
    fieldManager = "vlm-r1-operator",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(
    maxAttempts = GrpoJobReconciler.WITHOUT_END,
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000)
@RateLimited(maxReconciliations = 6, within = 1) // a job, two pods made and up, and one more
public class GrpoJobReconciler implements Reconciler<GrpoJob> {
  static final int WITHOUT_END = Integer.MAX_VALUE;

  private final PodDefaults defaults;
  private final Checked checked;
  private final Gathering gathering = new Gathering();
  private final Starts starts;
  private final Map<String, String> verified = new ConcurrentHashMap<>();
  private final ProgressEvents progress;
  private final EventRecorder events;
  private final JobMeters meters;
  private final Clock clock;

  /** One reconciler for all jobs. */
  public GrpoJobReconciler(
      PodDefaults defaults,
      ProgressEvents progress,
      EventRecorder events,
      JobMeters meters,
      Starts starts,
      Clock clock) {
    this.starts = starts;
    this.defaults = defaults;
    this.checked = new Checked(defaults);
    this.progress = progress;
    this.events = events;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, GrpoJob>> prepareEventSources(EventSourceContext<GrpoJob> context) {
    meters.watch(() -> context.getPrimaryCache().list().toList());
    return List.of(
        informer(Job.class, made -> false, News::of, context), // its pods tell more
        informer(Pod.class, made -> true, News::of, context),
        informer(ConfigMap.class, made -> true, (now, before) -> true, context),
        informer(Service.class, made -> true, (now, before) -> true, context),
        informer(NetworkPolicy.class, made -> true, (now, before) -> true, context),
        informer(Deployment.class, made -> true, (now, before) -> true, context),
        starts,
        progress);
  }

  /** All that the operator made, found by label: pods are not owned by the GrpoJob itself. */
  private static <R extends HasMetadata> EventSource<R, GrpoJob> informer(
      Class<R> kind,
      OnAddFilter<R> made,
      OnUpdateFilter<R> news,
      EventSourceContext<GrpoJob> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(kind, GrpoJob.class)
            .withLabelSelector(Labels.SELECTOR)
            .withSecondaryToPrimaryMapper(GrpoJobReconciler::ownerOf)
            .withNamespacesInheritedFromController()
            .withOnAddFilter(made)
            .withOnUpdateFilter(news)
            .build(),
        context);
  }

  private static Set<ResourceID> ownerOf(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(Labels.JOB))
        .map(name -> Set.of(new ResourceID(name, object.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  /**
   * What one look came to.
   *
   * @param next status
   * @param again when to look again, if nothing happens before
   * @param more whether the next look follows at once: the decision was one about the status only
   */
  private record Look(GrpoJobStatus next, Optional<Duration> again, boolean more) {}

  @Override
  public UpdateControl<GrpoJob> reconcile(GrpoJob written, Context<GrpoJob> context) {
    GrpoJob job = gathering.latest(written);
    List<HasMetadata> shared = shared(context);
    Look look = look(job, shared, context);
    while (look.more) {
      look = look(Gathering.with(job, look.next), shared, context);
    }
    GrpoJobStatus before = Objects.requireNonNullElseGet(written.getStatus(), GrpoJobStatus::empty);
    Optional<Duration> wait =
        gathering.left(job.getMetadata().getUid(), before, look.next, clock.instant());
    UpdateControl<GrpoJob> control =
        look.next.equals(before) || wait.isPresent()
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(statusOnly(job, look.next));
    Stream.of(look.again, wait, starts.patience(job))
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .ifPresent(control::rescheduleAfter);
    return control;
  }

  private Look look(GrpoJob job, List<HasMetadata> shared, Context<GrpoJob> context) {
    Observed seen = observe(job, shared, context);
    progress.follow(seen);
    Decision decision = Rules.decide(seen);
    if (!starts.admits(seen, decision)) {
      return new Look(seen.status(), Optional.empty(), false);
    }
    Optional<Duration> again;
    try {
      Children children = new Children(job, context, defaults, shared, verified);
      again = decision.accept(new Apply(seen, children, defaults, context.getClient()));
    } catch (Refused e) {
      starts.forget(job);
      decision = e.decision();
      again = e.decision().again();
    }
    GrpoJobStatus next = next(seen, decision, context.getClient());
    return new Look(next, again, decision instanceof Decision.CompleteTraining);
  }

  private Observed observe(GrpoJob job, List<HasMetadata> shared, Context<GrpoJob> context) {
    Set<Job> jobs = new HashSet<>(context.getSecondaryResources(Job.class));
    Observed cached = observe(job, jobs, shared, context);
    if (cached.attemptOpen() && cached.attemptJob().isEmpty()) {
      // deleted by somebody, or not yet in the cache: the server knows
      Optional.ofNullable(
              context
                  .getClient()
                  .resources(Job.class)
                  .inNamespace(job.getMetadata().getNamespace())
                  .withName(Names.attempt(job, cached.attempt()))
                  .get())
          .ifPresent(jobs::add);
      return observe(job, jobs, shared, context);
    }
    return cached;
  }

  private Observed observe(
      GrpoJob job, Set<Job> jobs, List<HasMetadata> shared, Context<GrpoJob> context) {
    Observed seen =
        Observer.observe(
            job,
            checked.problems(job),
            jobs,
            shared,
            context.getSecondaryResources(Pod.class),
            clock.instant());
    return seen.with(progress.latest(job, seen.attempt()));
  }

  private static List<HasMetadata> shared(Context<GrpoJob> context) {
    return Stream.of(ConfigMap.class, Service.class, NetworkPolicy.class, Deployment.class)
        .flatMap(kind -> context.getSecondaryResourcesAsStream(kind))
        .map(HasMetadata.class::cast)
        .toList();
  }

  private GrpoJobStatus next(Observed seen, Decision decision, KubernetesClient client) {
    String namespace = seen.job().getMetadata().getNamespace();
    GrpoJobStatus next =
        NextStatus.after(seen, decision, failure -> LogTail.added(failure, namespace, client));
    for (Note note : decision.accept(new Announce(seen, next))) {
      events.record(seen.job(), note, seen.now());
    }
    Count.changes(seen, next, meters);
    return next;
  }

  /** A fresh object: server-side apply would make every field in it the operator's. */
  private static GrpoJob statusOnly(GrpoJob job, GrpoJobStatus status) {
    GrpoJob patch = new GrpoJob();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(job.getMetadata().getName())
            .withNamespace(job.getMetadata().getNamespace())
            .build());
    patch.setSpec(null);
    patch.setStatus(status);
    return patch;
  }
}

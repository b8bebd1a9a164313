package io.vlmr1.operator.progress;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.observe.ProgressSeen;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Reconciles a job when its rank 0 has got further. */
public final class ProgressEvents extends AbstractEventSource<ProgressSeen, GrpoJob>
    implements ResourceEventAware<GrpoJob> {
  private final ProgressPoller poller;
  private final Duration period;

  /** Asks every job at each period; an answer later than the timeout is none. */
  public ProgressEvents(Duration period, Duration timeout) {
    super(ProgressSeen.class, "progress");
    this.period = period;
    this.poller =
        new ProgressPoller(
            timeout, Clock.systemUTC(), job -> getEventHandler().handleEvent(new Event(job)));
  }

  @Override
  public void start() {
    super.start();
    poller.start(period);
  }

  @Override
  public void stop() {
    super.stop();
    poller.close();
  }

  /** Follows the open attempt of a job, or stops to when there is none. */
  public void follow(Observed seen) {
    ResourceID job = ResourceID.fromResource(seen.job());
    Optional<String> address =
        seen.workers().stream()
            .filter(pod -> pod.index() == 0 && pod.state() == PodSeen.State.RUNNING)
            .flatMap(pod -> Optional.ofNullable(pod.progress()).stream())
            .findFirst();
    if (!seen.attemptOpen() || seen.queued()) {
      poller.forget(job);
    } else {
      address.ifPresent(at -> poller.watch(job, seen.attempt(), at));
    }
  }

  /** The last answer of that attempt. */
  public Optional<ProgressSeen> latest(GrpoJob job, int attempt) {
    return poller.latest(ResourceID.fromResource(job), attempt);
  }

  @Override
  public Set<ProgressSeen> getSecondaryResources(GrpoJob job) {
    return Set.of(); // an answer is no resource; latest() gives it
  }

  @Override
  public void onResourceDeleted(GrpoJob job) {
    poller.forget(ResourceID.fromResource(job));
  }
}

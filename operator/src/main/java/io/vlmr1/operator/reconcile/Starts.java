package io.vlmr1.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.observe.Observed;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may start an attempt, and who waits: a thousand Jobs at once would leave the API server no
 * time for their pods. A job is reconciled when its turn comes.
 */
public final class Starts extends AbstractEventSource<Decision, GrpoJob>
    implements ResourceEventAware<GrpoJob> {
  private final StartWindow window;
  private final Clock clock;

  /** With so many pods to be made at the same time. */
  public Starts(int pods, Clock clock) {
    super(Decision.class, "starts");
    this.window = new StartWindow(pods);
    this.clock = clock;
  }

  /** Whether what was decided may be done now; a start may have to wait. */
  boolean admits(Observed seen, Decision decision) {
    String uid = seen.job().getMetadata().getUid();
    ResourceID job = ResourceID.fromResource(seen.job());
    boolean start = decision instanceof Decision.Start;
    if (start) {
      window.enter(uid, job, seen.spec().workers().replicas());
    } else if (!onItsWay(seen)) {
      window.leave(uid);
    }
    List<ResourceID> admitted = window.admitted(seen.now());
    admitted.stream().filter(one -> !one.equals(job)).forEach(this::wake);
    return !start || window.holds(uid);
  }

  /** When to look at a job again whose pods may never come: others wait for its place. */
  Optional<Duration> patience(GrpoJob job) {
    return window.holds(job.getMetadata().getUid())
        ? Optional.of(StartWindow.LONGEST)
        : Optional.empty();
  }

  /** The start came to nothing, or the job is gone. */
  void forget(GrpoJob job) {
    window.leave(job.getMetadata().getUid());
    window.admitted(clock.instant()).forEach(this::wake);
  }

  /** Whether pods of a started attempt are still to be made. */
  private static boolean onItsWay(Observed seen) {
    return seen.attemptOpen() && !seen.queued() && seen.workers().size() < seen.wanted();
  }

  private void wake(ResourceID job) {
    getEventHandler().handleEvent(new Event(job));
  }

  @Override
  public Set<Decision> getSecondaryResources(GrpoJob job) {
    return Set.of(); // a turn is no resource
  }

  @Override
  public void onResourceDeleted(GrpoJob job) {
    forget(job);
  }
}

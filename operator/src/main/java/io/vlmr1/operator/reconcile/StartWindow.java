package io.vlmr1.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets so many pods be asked for and not made yet at the same time, as TCP's window does with
 * packets: a fast cluster is not held back, and one that is slow is not given more than it takes.
 * Jobs wait in the order in which they came. A job of more pods than the window starts when nothing
 * else is on its way.
 */
final class StartWindow {
  /** A start whose pods have not come by then, for want of a quota say, holds nobody back. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  private final int pods;
  private final Map<String, Admission> underWay = new LinkedHashMap<>();
  private final Map<String, Start> waiting = new LinkedHashMap<>();
  private int taken;

  /** A job's next attempt. */
  private record Start(ResourceID job, int pods) {}

  private record Admission(int pods, Instant since) {}

  /** A window of so many pods. */
  StartWindow(int pods) {
    this.pods = pods;
  }

  /** This job wants to start, and waits until it is admitted. */
  synchronized void enter(String uid, ResourceID job, int pods) {
    if (!underWay.containsKey(uid)) {
      waiting.putIfAbsent(uid, new Start(job, pods));
    }
  }

  /** Whether this job may start now. */
  synchronized boolean holds(String uid) {
    return underWay.containsKey(uid);
  }

  /** This job is not on its way, any more or at all. */
  synchronized void leave(String uid) {
    waiting.remove(uid);
    Admission gone = underWay.remove(uid);
    taken -= gone == null ? 0 : gone.pods;
  }

  /** Admits those that fit now, and answers who they are. */
  synchronized List<ResourceID> admitted(Instant now) {
    forget(now.minus(LONGEST));
    List<ResourceID> admitted = new ArrayList<>();
    Iterator<Map.Entry<String, Start>> line = waiting.entrySet().iterator();
    while (line.hasNext()) {
      Map.Entry<String, Start> first = line.next();
      Start start = first.getValue();
      if (!underWay.isEmpty() && taken + start.pods > pods) {
        break; // a smaller one behind it does not overtake
      }
      line.remove();
      underWay.put(first.getKey(), new Admission(start.pods, now));
      taken += start.pods;
      admitted.add(start.job);
    }
    return admitted;
  }

  private void forget(Instant old) {
    List<String> late = new ArrayList<>();
    for (Map.Entry<String, Admission> one : underWay.entrySet()) { // the oldest come first
      if (!one.getValue().since.isBefore(old)) {
        break;
      }
      late.add(one.getKey());
    }
    late.forEach(this::leave);
  }
}

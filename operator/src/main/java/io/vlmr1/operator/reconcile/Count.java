package io.vlmr1.operator.reconcile;

import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.ops.JobMeters;
import io.vlmr1.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counts what a new status says that the last one did not. */
final class Count {
  private Count() {}

  static void changes(Observed seen, GrpoJobStatus next, JobMeters meters) {
    GrpoJobStatus old = seen.status();
    if (!Objects.equals(old.attempt(), next.attempt())) {
      meters.attemptStarted();
    }
    if (number(next.restarts()) > number(old.restarts())) {
      boolean stall = reason(next).equals("Stall");
      meters.restarted(stall ? "stall" : "failure");
    }
    if (number(next.disruptions()) > number(old.disruptions())) {
      meters.restarted("disruption");
    }
    if (becomes(Conditions.RUNNING, old, next) && number(next.attempt()) == 1) {
      Instant created = Instant.parse(seen.job().getMetadata().getCreationTimestamp());
      meters.running(Duration.between(created, seen.now()));
    }
    if (becomes(Conditions.FINISHED, old, next)) {
      boolean complete = Conditions.holds(next.conditions(), Conditions.COMPLETE);
      meters.finished(complete ? "complete" : "failed");
    }
  }

  private static String reason(GrpoJobStatus status) {
    return Conditions.find(status.conditions(), Conditions.RESTARTING)
        .map(c -> c.getReason())
        .orElse("");
  }

  private static boolean becomes(String type, GrpoJobStatus old, GrpoJobStatus next) {
    return Conditions.holds(next.conditions(), type) && !Conditions.holds(old.conditions(), type);
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}

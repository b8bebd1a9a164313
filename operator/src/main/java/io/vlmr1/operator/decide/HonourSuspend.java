package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import java.util.List;
import java.util.Optional;

/** A suspended job runs nothing: SIGTERM lets the workers save, volumes stay. */
final class HonourSuspend implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (!seen.spec().suspend()) {
      return Optional.empty();
    }
    List<String> running =
        seen.activeJobs().stream()
            .filter(job -> !job.deleting())
            .map(JobSeen::name)
            .sorted()
            .toList();
    return Optional.of(
        running.isEmpty() && !seen.attemptOpen()
            ? new Decision.StaySuspended(seen.podsLeft().size(), Stuck.next(seen))
            : new Decision.Stop(running));
  }
}

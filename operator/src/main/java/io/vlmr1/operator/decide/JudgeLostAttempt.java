package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import java.util.Optional;

/**
 * Judges an attempt that lost a worker. The judgement waits until the others have ended too: the
 * first to fall is often not the first to be seen. Errors that last are judged at once.
 */
final class JudgeLostAttempt implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (!seen.attemptOpen() || seen.queued() || !lost(seen)) {
      return Optional.empty();
    }
    Ending ending = RootCause.of(seen);
    if (!RootCause.retryHelps(ending.failure())) {
      return Optional.of(
          new Decision.Fail(
              seen.attempt(), ending, RootCause.word(ending.failure()), told(ending.failure())));
    }
    if (ended(seen)) {
      return Optional.of(Budget.spend(seen, ending));
    }
    return Optional.of(
        new Decision.Await(
            "WorkerFailed", told(ending.failure()), ending.failure(), Stuck.next(seen)));
  }

  private static boolean lost(Observed seen) {
    return seen.attemptJob().map(job -> job.state() != JobSeen.State.ACTIVE).orElse(true)
        || seen.workers().stream().anyMatch(PodSeen::failed);
  }

  private static boolean ended(Observed seen) {
    return seen.workers().stream().noneMatch(PodSeen::left)
        && seen.attemptJob().map(job -> job.state() != JobSeen.State.ACTIVE).orElse(true);
  }

  private static String told(Failure failure) {
    return RootCause.sentence(failure);
  }
}

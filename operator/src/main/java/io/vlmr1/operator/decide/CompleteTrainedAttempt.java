package io.vlmr1.operator.decide;

import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import java.util.Optional;

/** All ranks ended well: training is over, also for a job that was suspended meanwhile. */
final class CompleteTrainedAttempt implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    return seen.attemptJob()
        .filter(job -> job.state() == JobSeen.State.COMPLETE && seen.attemptOpen())
        .map(job -> new Decision.CompleteTraining(seen.attempt()));
  }
}

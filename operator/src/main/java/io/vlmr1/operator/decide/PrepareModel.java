package io.vlmr1.operator.decide;

import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.resource.ModelSource;
import java.util.Optional;

/** A model of the hub is in its cache before the first attempt; later ones find it there. */
final class PrepareModel implements Rule {
  static final String FAILED = "ModelNotFetched";

  @Override
  public Optional<Decision> decide(Observed seen) {
    if (seen.attempt() > 0 || seen.forerunner() || !ModelSource.isDownloaded(seen.job())) {
      return Optional.empty();
    }
    Optional<JobSeen> download = seen.download().filter(job -> !job.deleting());
    if (download.isEmpty()) {
      return Optional.of(
          seen.writersLeft().isEmpty()
              ? new Decision.Prepare(true, Optional.empty())
              : new Decision.Prepare(false, Stuck.next(seen)));
    }
    return switch (download.get().state()) {
      case ACTIVE, FAILING -> Optional.of(new Decision.Prepare(false, Stuck.next(seen)));
      case COMPLETE -> Optional.empty();
      case FAILED -> Optional.of(failed(seen, download.get()));
    };
  }

  private static Decision failed(Observed seen, JobSeen download) {
    Failure failure =
        RootCause.last(seen.podsOf(download))
            .orElseGet(() -> new Failure(null, null, null, FAILED, download.message(), null));
    return new Decision.Fail(
        0,
        new Ending(Ending.Kind.FAILURE, failure),
        FAILED,
        "the model was not downloaded: " + RootCause.sentence(failure));
  }
}

package io.vlmr1.operator.decide;

import io.vlmr1.operator.decide.Decision.Serve.Work;
import io.vlmr1.operator.observe.Observed;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The model of a job that succeeded is served for as long as the spec asks for it. */
final class ServeModel implements Rule {
  @Override
  public Optional<Decision> decide(Observed seen) {
    if (seen.status().completionTime() == null) {
      return Optional.empty();
    }
    Optional<Duration> left = RestWhenFinished.left(seen);
    if (left.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
      return Optional.empty(); // it goes with the job
    }
    return work(seen)
        .map(
            work ->
                new Decision.Serve(
                    work,
                    Stream.concat(left.stream(), Stuck.next(seen).stream())
                        .min(Duration::compareTo)));
  }

  private static Optional<Work> work(Observed seen) {
    if (seen.spec().serving() == null) {
      return seen.serving().map(served -> Work.REMOVE);
    }
    if (!Journal.trained(seen)) {
      return Optional.empty(); // there is no model
    }
    return Optional.of(seen.problems().isEmpty() ? Work.APPLY : Work.KEEP);
  }
}

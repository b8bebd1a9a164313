package io.vlmr1.operator.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Numbers about all jobs together; none bears a job's name. */
public final class JobMeters {
  private final MeterRegistry registry;

  /** Meters of that registry. */
  public JobMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** grpojobs{phase}: jobs in each phase, from the operator's cache. */
  public void watch(Supplier<Collection<GrpoJob>> jobs) {
    for (Phase phase : Phase.values()) {
      Gauge.builder("grpojobs", jobs, all -> count(all.get(), phase))
          .tag("phase", word(phase))
          .description("GrpoJobs by phase")
          .strongReference(true)
          .register(registry);
    }
  }

  /** grpojob_attempts_total. */
  public void attemptStarted() {
    registry.counter("grpojob.attempts").increment();
  }

  /** grpojob_restarts_total{cause}: Failure, Stall or Disruption. */
  public void restarted(String cause) {
    registry.counter("grpojob.restarts", "cause", cause.toLowerCase(Locale.ROOT)).increment();
  }

  /** grpojob_finished_total{result}: complete or failed. */
  public void finished(String result) {
    registry.counter("grpojob.finished", "result", result).increment();
  }

  /** grpojob_start_seconds: from the creation of a job until all its workers run. */
  public void running(Duration sinceCreation) {
    Timer.builder("grpojob.start")
        .description("From the creation of a job until all its workers run")
        .register(registry)
        .record(sinceCreation);
  }

  private static double count(Collection<GrpoJob> jobs, Phase phase) {
    return jobs.stream()
        .map(job -> Optional.ofNullable(job.getStatus()).map(GrpoJobStatus::phase))
        .filter(now -> now.orElse(Phase.PENDING) == phase)
        .count();
  }

  private static String word(Phase phase) {
    String name = phase.name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }
}

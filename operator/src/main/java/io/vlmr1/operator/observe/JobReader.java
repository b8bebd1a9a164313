package io.vlmr1.operator.observe;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A Job of the API as what decisions need of it. */
final class JobReader {
  private JobReader() {}

  static JobSeen read(Job job) {
    List<JobCondition> conditions =
        Optional.ofNullable(job.getStatus()).map(JobStatus::getConditions).orElse(List.of());
    JobSeen.State state = JobSeen.State.ACTIVE;
    String message = null;
    for (JobCondition condition : conditions) {
      Optional<JobSeen.State> told = state(condition);
      if (told.isPresent() && state != JobSeen.State.FAILED) { // may follow FailureTarget
        state = told.get();
        message = condition.getMessage();
      }
    }
    return new JobSeen(
        job.getMetadata().getName(),
        state,
        message,
        Instant.parse(job.getMetadata().getCreationTimestamp()),
        job.getMetadata().getDeletionTimestamp() != null,
        Boolean.TRUE.equals(job.getSpec().getSuspend()),
        Objects.requireNonNullElse(job.getSpec().getCompletions(), 1));
  }

  private static Optional<JobSeen.State> state(JobCondition condition) {
    if (!condition.getStatus().equals("True")) {
      return Optional.empty();
    }
    return switch (condition.getType()) {
      case "FailureTarget" -> Optional.of(JobSeen.State.FAILING);
      case "Failed" -> Optional.of(JobSeen.State.FAILED);
      case "Complete" -> Optional.of(JobSeen.State.COMPLETE);
      default -> Optional.empty();
    };
  }
}

package io.vlmr1.operator.observe;

import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.Attempt;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Names;
import io.vlmr1.operator.resource.Subject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that decisions about one job are made from.
 *
 * @param job as stored: its spec, and its status as the journal of what was decided before
 * @param problems of its spec; empty when it can be run
 * @param attempts Jobs by number of the attempt
 * @param evaluations Jobs by what they evaluate
 * @param download the Job that downloads the model
 * @param serving the served model
 * @param pods of all Jobs
 * @param forerunner whether something of a deleted GrpoJob of the same name is still there
 * @param progress of the open attempt
 * @param now the time of this observation
 */
public record Observed(
    GrpoJob job,
    List<Problem> problems,
    Map<Integer, JobSeen> attempts,
    Map<Subject, JobSeen> evaluations,
    Optional<JobSeen> download,
    Optional<ServingSeen> serving,
    List<PodSeen> pods,
    boolean forerunner,
    Optional<ProgressSeen> progress,
    Instant now) {

  public Observed {
    problems = List.copyOf(problems);
    attempts = Map.copyOf(attempts);
    evaluations = Map.copyOf(evaluations);
    pods = List.copyOf(pods);
  }

  /** The same with what rank 0 answered. */
  public Observed with(Optional<ProgressSeen> answer) {
    return new Observed(
        job, problems, attempts, evaluations, download, serving, pods, forerunner, answer, now);
  }

  /** What the user asks for. */
  public GrpoJobSpec spec() {
    return job.getSpec();
  }

  /** What was decided last, written or about to be; says nothing for a new job. */
  public GrpoJobStatus status() {
    return Objects.requireNonNullElseGet(job.getStatus(), GrpoJobStatus::empty);
  }

  /** Number of the newest attempt, from 1; 0 before the first. */
  public int attempt() {
    int known = attempts.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    int told = Objects.requireNonNullElse(status().attempt(), 0);
    return Math.max(known, told);
  }

  /** What the journal says about the newest attempt; empty when it does not know it yet. */
  public Optional<Attempt> journal() {
    return status().attempts().stream().filter(a -> a.number() == attempt()).findFirst();
  }

  /** Whether there is an attempt whose end has not been judged. */
  public boolean attemptOpen() {
    return attempt() > 0 && journal().map(entry -> entry.end() == null).orElse(true);
  }

  /** The Job of the newest attempt. */
  public Optional<JobSeen> attemptJob() {
    return Optional.ofNullable(attempts.get(attempt()));
  }

  /** Whether the newest attempt waits in a queue, and runs nothing. */
  public boolean queued() {
    return attemptJob().map(one -> one.suspended() && one.active()).orElse(false);
  }

  /** Pods of the newest attempt, by index. */
  public List<PodSeen> workers() {
    String owner = Names.attempt(job, attempt());
    return pods.stream().filter(pod -> pod.owner().equals(owner)).toList();
  }

  /** Pods of whatever Job that may still run. */
  public List<PodSeen> podsLeft() {
    return pods.stream().filter(PodSeen::left).toList();
  }

  /** Those of them that write what a training reads: an evaluation beside it does not. */
  public List<PodSeen> writersLeft() {
    return podsLeft().stream().filter(pod -> !pod.role().equals(Labels.EVALUATE)).toList();
  }

  /** Pods of one Job. */
  public List<PodSeen> podsOf(JobSeen owner) {
    return pods.stream().filter(pod -> pod.owner().equals(owner.name())).toList();
  }

  /** Whether all ranks run, or have done their work. */
  public boolean allAtWork() {
    return atWork() >= wanted();
  }

  /** Workers of the newest attempt: changed replicas count from the next one. */
  public int wanted() {
    return attemptJob().map(JobSeen::pods).orElse(spec().workers().replicas());
  }

  /** How many workers run, or have done their work. */
  public int atWork() {
    return (int) workers().stream().filter(PodSeen::atWork).map(PodSeen::index).distinct().count();
  }

  /** Jobs with pods that may still run. */
  public List<JobSeen> activeJobs() {
    return List.of(attempts.values(), evaluations.values(), download.stream().toList()).stream()
        .flatMap(Collection::stream)
        .filter(JobSeen::active)
        .toList();
  }
}

package io.vlmr1.operator.model;

import io.vlmr1.api.contract.EvaluationResult;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.contract.TerminationMessage;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Rules;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.observe.ProgressSeen;
import io.vlmr1.operator.observe.ServingSeen;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Names;
import io.vlmr1.operator.resource.Subject;
import io.vlmr1.operator.status.NextStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One GrpoJob in a cluster of its own: what the API server stores, the controllers and nodes that
 * change it, and an operator that looks at it when it is told to.
 */
final class World {
  static final Duration GRACE = Duration.ofSeconds(30);

  final Map<String, OneJob> jobs = new LinkedHashMap<>();
  final List<OnePod> pods = new ArrayList<>();
  final List<String> story = new ArrayList<>();
  final Kubernetes kubernetes = new Kubernetes(this);
  Instant now = Instant.parse("2026-03-01T12:00:00Z");
  int suspensions;

  /** Pods that the Deployment of the served model asks for; null: there is none. */
  @Nullable Integer serving;

  /** Its pods that answer. */
  int servers;

  private GrpoJob job;
  private long generation = 1;
  private int serial;
  private List<Problem> problems = List.of();

  /** What the operator remembers besides the API server; a restart forgets it. */
  private @Nullable ProgressSeen progress;

  World(String more) {
    job = parse(more);
  }

  private GrpoJob parse(String more) {
    GrpoJob parsed =
        JobFile.parse(
            "model",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: shapes, namespace: team, uid: 11-22}
            spec:
              data: {datasets: [{name: train, path: train.jsonl}]}
            """
                + more.indent(2));
    parsed.getMetadata().setGeneration(generation);
    problems = JobRules.problems(parsed); // once a generation: they take time
    return parsed;
  }

  /** The user changes the spec. */
  void apply(String more) {
    generation++;
    GrpoJobStatus status = job.getStatus();
    job = parse(more);
    job.setStatus(status);
  }

  GrpoJob job() {
    return job;
  }

  GrpoJobStatus status() {
    return job.getStatus() == null ? GrpoJobStatus.empty() : job.getStatus();
  }

  int replicas() {
    return job.getSpec().workers().replicas();
  }

  /** Everything as the operator's caches show it. */
  Observed observe() {
    Map<Integer, JobSeen> attempts = new HashMap<>();
    Map<Subject, JobSeen> evaluations = new HashMap<>();
    JobSeen download = null;
    for (OneJob one : jobs.values()) {
      if (one.attempt > 0) {
        attempts.put(one.attempt, one.seen());
      } else if (one.evaluation != null) {
        evaluations.put(one.evaluation, one.seen());
      } else {
        download = one.seen();
      }
    }
    Observed seen =
        new Observed(
            job,
            problems,
            attempts,
            evaluations,
            Optional.ofNullable(download),
            Optional.ofNullable(serving)
                .map(wanted -> new ServingSeen(wanted, servers, true, List.of())),
            pods.stream().map(OnePod::seen).toList(),
            false,
            Optional.empty(),
            now);
    return seen.with(
        Optional.ofNullable(progress).filter(p -> p.latest().attempt() == seen.attempt()));
  }

  /** One reconciliation; one that crashes has acted, but its status is not written. */
  Decision reconcile(boolean crash) {
    Observed seen = observe();
    Decision decision = Rules.decide(seen);
    decision.accept(new Acting(this, seen)).run();
    GrpoJobStatus next = NextStatus.after(seen, decision, failure -> failure);
    story.add((crash ? "crash after " : "reconcile: ") + decision);
    if (crash) {
      progress = null;
    } else {
      job.setStatus(next);
    }
    return decision;
  }

  void forgetProgress() {
    progress = null;
  }

  /** Rank 0 answers that it has done some steps. */
  void progress(int steps) {
    Observed seen = observe();
    if (!seen.attemptOpen() || !seen.allAtWork() || seen.queued()) {
      return;
    }
    int from = Optional.ofNullable(status().step()).orElse(0);
    ProgressSeen old = progress;
    int first = old != null && old.latest().attempt() == seen.attempt() ? old.firstStep() : from;
    int step = from + steps;
    progress =
        new ProgressSeen(
            new Progress(
                step,
                1000,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "checkpoint-" + step,
                seen.attempt(),
                Progress.State.TRAINING,
                null,
                null),
            first,
            steps > 0 || old == null ? now : old.movedAt());
  }

  void create(OneJob made) {
    OneJob known = jobs.get(made.name);
    if (known == null) {
      jobs.put(made.name, made);
    } else if (known.deleting) {
      throw new IllegalStateException(made.name + " is made while it is being deleted");
    }
  }

  void delete(String name) {
    OneJob gone = jobs.remove(name); // background: the Job goes at once, its pods follow
    if (gone != null) {
      pods.stream().filter(pod -> pod.owner.equals(name)).forEach(pod -> pod.delete(now));
    }
  }

  /** The Deployment of the served model is as wanted; pods that are too many end at once. */
  void serve(@Nullable Integer replicas) {
    serving = replicas;
    servers = Math.min(servers, replicas == null ? 0 : replicas);
  }

  OnePod pod(OneJob owner, int index) {
    return new OnePod(owner.name + "-" + index + "-" + ++serial, owner, index);
  }

  String attemptName(int attempt) {
    return Names.attempt(job, attempt);
  }

  /** A Job of the cluster. */
  static final class OneJob {
    final String name;
    final int attempt;
    final @Nullable Subject evaluation;
    final int completions;
    final int retries;
    final Instant created;
    JobSeen.State state = JobSeen.State.ACTIVE;
    boolean deleting;
    boolean suspended;
    int failures;

    OneJob(
        String name,
        int attempt,
        @Nullable Subject evaluation,
        int completions,
        int retries,
        Instant created) {
      this.name = name;
      this.attempt = attempt;
      this.evaluation = evaluation;
      this.completions = completions;
      this.retries = retries;
      this.created = created;
    }

    boolean active() {
      return state == JobSeen.State.ACTIVE || state == JobSeen.State.FAILING;
    }

    JobSeen seen() {
      return new JobSeen(name, state, "the Job's words", created, deleting, suspended, completions);
    }
  }

  /** A pod of the cluster. */
  static final class OnePod {
    final String name;
    final String owner;
    final String role;
    final int index;
    PodSeen.State state = PodSeen.State.PENDING;
    PodSeen.@Nullable Exit exit;
    PodSeen.@Nullable Deletion deletion;
    @Nullable String disruption;
    boolean nodeDead;

    OnePod(String name, OneJob owner, int index) {
      this.name = name;
      this.owner = owner.name;
      this.role =
          owner.attempt > 0
              ? Labels.TRAIN
              : owner.evaluation != null ? Labels.EVALUATE : Labels.FETCH;
      this.index = index;
    }

    boolean left() {
      return seen().left();
    }

    void delete(Instant now) {
      if (deletion == null) {
        deletion = new PodSeen.Deletion(now, now.plus(GRACE));
      }
    }

    void end(int code, Instant now) {
      state = code == 0 ? PodSeen.State.SUCCEEDED : PodSeen.State.FAILED;
      exit = new PodSeen.Exit(code, code == 0 ? "Completed" : "Error", words(code), now);
    }

    /** An evaluation that succeeds tells a number. */
    private @Nullable String words(int code) {
      return code == 0 && role.equals(Labels.EVALUATE)
          ? TerminationMessage.of(
                  new EvaluationResult(
                      "e", "rec", Map.of("accuracy", Math.abs(name.hashCode() % 10) / 10.0), null))
              .toJson()
          : null;
    }

    PodSeen seen() {
      return new PodSeen(
          name, "node-" + index, owner, role, index, state, null, disruption, exit, deletion, null);
    }
  }
}

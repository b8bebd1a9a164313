package io.vlmr1.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.contract.Progress;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.observe.ProgressSeen;
import io.vlmr1.operator.observe.ServingSeen;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was seen of a job with two workers, at noon; says only what a test is about. */
public final class Seen {
  public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String JOB =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: shapes, namespace: team, uid: 11-22, generation: 1}
      spec:
        model: {source: model}
        data: {datasets: [{name: train, path: train.jsonl}]}
        workers: {replicas: 2}
      """;

  private final GrpoJob job;
  private final Map<Integer, JobSeen> attempts = new HashMap<>();
  private final Map<Subject, JobSeen> evaluations = new HashMap<>();
  private final List<PodSeen> pods = new ArrayList<>();
  private @Nullable JobSeen download;
  private @Nullable ServingSeen serving;
  private boolean forerunner;
  private @Nullable ProgressSeen progress;

  private Seen(String more) {
    job = JobFile.parse("test", without(more) + more.indent(2));
    job.getMetadata().setGeneration(1L);
  }

  /** The usual job, less the fields of the spec that are given otherwise. */
  private static String without(String more) {
    return JOB.lines()
        .filter(
            line ->
                !line.startsWith("  ")
                    || ("\n" + more).indexOf("\n" + line.strip().split(":", 2)[0] + ":") < 0)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** A job with these further lines of its spec, in YAML. */
  public static Seen job(String more) {
    return new Seen(more);
  }

  /** A job with nothing special about it. */
  public static Seen job() {
    return new Seen("");
  }

  /** The status as it was written last, in YAML. */
  public Seen status(String yaml) {
    try {
      job.setStatus(new YAMLMapper().readValue(yaml, GrpoJobStatus.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    return this;
  }

  /** The status that was decided on by an earlier observation. */
  public Seen status(GrpoJobStatus status) {
    job.setStatus(status);
    return this;
  }

  public Seen attempt(int number, JobSeen.State state) {
    attempts.put(
        number,
        new JobSeen(
            "shapes-" + number, state, "the Job's words", NOON.minusSeconds(600), false, false, 2));
    return this;
  }

  /** An attempt that Kueue holds back. */
  public Seen queued(int number) {
    attempts.put(
        number, new JobSeen("shapes-" + number, JobSeen.State.ACTIVE, null, NOON, false, true, 2));
    return this;
  }

  /** The download of the model. */
  public Seen download(JobSeen.State state) {
    download = new JobSeen("shapes-model", state, "the Job's words", NOON, false, false, 1);
    return this;
  }

  public Seen evaluation(String name, JobSeen.State state) {
    return evaluation(Subject.ofFinal(name), state);
  }

  public Seen evaluation(Subject subject, JobSeen.State state) {
    evaluations.put(
        subject, new JobSeen(owner(subject), state, "the Job's words", NOON, false, false, 1));
    return this;
  }

  private static String owner(Subject subject) {
    return subject.isFinal()
        ? "shapes-eval-" + subject.evaluation()
        : "shapes-ckpt-"
            + subject.evaluation()
            + subject.checkpoint().substring("checkpoint".length());
  }

  /** The served model with so many pods that answer of those that are wanted. */
  public Seen serving(int ready, int wanted) {
    serving = new ServingSeen(wanted, ready, true, List.of());
    return this;
  }

  /** A worker of an attempt. */
  public Seen worker(int attempt, int index, PodSeen.State state) {
    pods.add(pod("shapes-" + attempt, index, state, null, null, null));
    return this;
  }

  /** A worker of an attempt whose container ended some seconds before noon. */
  public Seen ended(int attempt, int index, int code, @Nullable String message) {
    return ended(attempt, index, code, "Error", message, 10);
  }

  public Seen ended(
      int attempt, int index, int code, String reason, @Nullable String message, int ago) {
    PodSeen.Exit exit = new PodSeen.Exit(code, reason, message, NOON.minusSeconds(ago));
    PodSeen.State state = code == 0 ? PodSeen.State.SUCCEEDED : PodSeen.State.FAILED;
    pods.add(pod("shapes-" + attempt, index, state, exit, null, null));
    return this;
  }

  /** A worker that the infrastructure took away. */
  public Seen disrupted(int attempt, int index, String reason) {
    pods.add(pod("shapes-" + attempt, index, PodSeen.State.FAILED, null, reason, null));
    return this;
  }

  /** A worker whose deletion was asked for some seconds before noon, and that is still there. */
  public Seen deleted(int attempt, int index, int ago, int grace) {
    Instant asked = NOON.minusSeconds(ago);
    PodSeen.Deletion deletion = new PodSeen.Deletion(asked, asked.plusSeconds(grace));
    pods.add(pod("shapes-" + attempt, index, PodSeen.State.RUNNING, null, null, deletion));
    return this;
  }

  /** The pod of an evaluation. */
  public Seen answer(String evaluation, int code, @Nullable String message) {
    return answer(Subject.ofFinal(evaluation), code, message);
  }

  public Seen answer(Subject subject, int code, @Nullable String message) {
    PodSeen.Exit exit =
        new PodSeen.Exit(code, code == 0 ? "Completed" : "Error", message, NOON.minusSeconds(1));
    PodSeen.State state = code == 0 ? PodSeen.State.SUCCEEDED : PodSeen.State.FAILED;
    pods.add(pod(owner(subject), 0, state, exit, null, null));
    return this;
  }

  public Seen evaluating(String evaluation) {
    return evaluating(Subject.ofFinal(evaluation));
  }

  public Seen evaluating(Subject subject) {
    pods.add(pod(owner(subject), 0, PodSeen.State.RUNNING, null, null, null));
    return this;
  }

  public Seen forerunner() {
    forerunner = true;
    return this;
  }

  /** Rank 0 moved last some seconds before noon. */
  public Seen progress(int firstStep, int step, int ago) {
    Progress latest =
        new Progress(
            step,
            8,
            0.5,
            0.25,
            null,
            null,
            null,
            null,
            null,
            4800L,
            "checkpoint-" + step,
            1,
            Progress.State.TRAINING,
            null,
            new Progress.Memory(1180L << 20, 1234L << 20));
    progress = new ProgressSeen(latest, firstStep, NOON.minusSeconds(ago));
    return this;
  }

  public Observed now() {
    return at(NOON);
  }

  public Observed at(Instant now) {
    return new Observed(
        job,
        JobRules.problems(job),
        attempts,
        evaluations,
        Optional.ofNullable(download),
        Optional.ofNullable(serving),
        pods,
        forerunner,
        Optional.ofNullable(progress),
        now);
  }

  private static PodSeen pod(
      String owner,
      int index,
      PodSeen.State state,
      PodSeen.@Nullable Exit exit,
      @Nullable String disruption,
      PodSeen.@Nullable Deletion deletion) {
    return new PodSeen(
        owner + "-" + index + "-abcde",
        "node-" + index,
        owner,
        role(owner),
        index,
        state,
        state == PodSeen.State.PENDING ? "Unschedulable: 0/2 nodes are available" : null,
        disruption,
        exit,
        deletion,
        null);
  }

  private static String role(String owner) {
    boolean evaluates = owner.startsWith("shapes-eval-") || owner.startsWith("shapes-ckpt-");
    return evaluates ? Labels.EVALUATE : owner.equals("shapes-model") ? Labels.FETCH : Labels.TRAIN;
  }
}

package io.vlmr1.operator.resource;

import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Labels of everything that belongs to a GrpoJob. */
public final class Labels {
  public static final String NAME = "app.kubernetes.io/name";
  public static final String INSTANCE = "app.kubernetes.io/instance";
  public static final String COMPONENT = "app.kubernetes.io/component";
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** The GrpoJob's name. */
  public static final String JOB = GrpoJob.GROUP + "/job";

  /** Number of an attempt, from 1. */
  public static final String ATTEMPT = GrpoJob.GROUP + "/attempt";

  /** {@link #TRAIN}, {@link #EVALUATE}, {@link #FETCH} or {@link #SERVE}. */
  public static final String ROLE = GrpoJob.GROUP + "/role";

  /** Name of an evaluation. */
  public static final String EVALUATION = GrpoJob.GROUP + "/evaluation";

  /** Folder name of the checkpoint that is evaluated; absent: the final model. */
  public static final String CHECKPOINT = GrpoJob.GROUP + "/checkpoint";

  /** Set by the Job controller on pods of an Indexed Job. */
  public static final String INDEX = "batch.kubernetes.io/job-completion-index";

  public static final String TRAIN = "train";
  public static final String EVALUATE = "evaluate";
  public static final String FETCH = "fetch";
  public static final String SERVE = "serve";

  /** The operator, as the name of its own pods and as the manager of all that it makes. */
  public static final String OPERATOR = "vlm-r1-operator";

  /** Chooses everything that the operator makes. */
  public static final String SELECTOR = MANAGED_BY + "=" + OPERATOR;

  private Labels() {}

  /** Whether the operator finds its objects by a label of this name. */
  static boolean isOwn(String label) {
    return label.startsWith(GrpoJob.GROUP + "/")
        || label.startsWith("batch.kubernetes.io/")
        || Set.of(NAME, INSTANCE, MANAGED_BY, COMPONENT, Gang.KUEUE_QUEUE, Gang.POD_GROUP)
            .contains(label);
  }

  /** Of an object that serves the whole job. */
  static Map<String, String> of(GrpoJob owner) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(NAME, "vlm-r1");
    labels.put(INSTANCE, owner.getMetadata().getName());
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(JOB, owner.getMetadata().getName());
    return labels;
  }

  /** Of an attempt and its pods. */
  static Map<String, String> ofAttempt(GrpoJob owner, int attempt) {
    Map<String, String> labels = of(owner);
    labels.put(COMPONENT, "worker");
    labels.put(ROLE, TRAIN);
    labels.put(ATTEMPT, Integer.toString(attempt));
    return labels;
  }

  /** Of the download of the model and its pod. */
  static Map<String, String> ofModel(GrpoJob owner) {
    Map<String, String> labels = of(owner);
    labels.put(COMPONENT, "model");
    labels.put(ROLE, FETCH);
    return labels;
  }

  /** Of an evaluation and its pod. */
  static Map<String, String> ofEvaluation(GrpoJob owner, Subject subject) {
    Map<String, String> labels = of(owner);
    labels.put(COMPONENT, "evaluation");
    labels.put(ROLE, EVALUATE);
    labels.put(EVALUATION, subject.evaluation());
    if (!subject.isFinal()) {
      labels.put(CHECKPOINT, subject.checkpoint());
    }
    return labels;
  }

  /** Of the served model and its pods. */
  static Map<String, String> ofServing(GrpoJob owner) {
    Map<String, String> labels = of(owner);
    labels.put(COMPONENT, "server");
    labels.put(ROLE, SERVE);
    return labels;
  }

  /** What an evaluation's Job is about. */
  public static Subject subject(Map<String, String> labels) {
    return new Subject(
        labels.getOrDefault(EVALUATION, ""), labels.getOrDefault(CHECKPOINT, OutputLayout.FINAL));
  }
}

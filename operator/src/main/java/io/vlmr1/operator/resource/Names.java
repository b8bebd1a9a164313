package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.HubSpec;
import java.util.Map;

/** Names of what a GrpoJob is made of. */
public final class Names {
  /** The container of every pod that the operator makes. */
  public static final String CONTAINER = "worker";

  /** The container of an inference server. */
  public static final String SERVER = "server";

  /** The port of rank 0's /progress. */
  public static final String PROGRESS_PORT = "progress";

  private Names() {}

  /** The Job of an attempt: {@code <job>-<attempt>}. */
  public static String attempt(GrpoJob owner, int attempt) {
    return owner.getMetadata().getName() + "-" + attempt;
  }

  /**
   * The Job of an evaluation: {@code <job>-eval-<evaluation>}, of a checkpoint {@code
   * <job>-ckpt-<evaluation>-<step>}, which no name of an evaluation can make the same.
   */
  public static String evaluation(GrpoJob owner, Subject subject) {
    String job = owner.getMetadata().getName();
    return subject.isFinal()
        ? job + "-eval-" + subject.evaluation()
        : job
            + "-ckpt-"
            + subject.evaluation()
            + "-"
            + OutputLayout.step(subject.checkpoint()).orElseThrow();
  }

  /** The Deployment, Service and NetworkPolicy of the served model: {@code <job>-serving}. */
  public static String serving(GrpoJob owner) {
    return owner.getMetadata().getName() + "-serving";
  }

  /** The headless Service and the NetworkPolicy of the workers. */
  public static String workers(GrpoJob owner) {
    return owner.getMetadata().getName() + "-workers";
  }

  /** The ConfigMap with the GrpoJob as the workers read it. */
  public static String spec(GrpoJob owner) {
    return owner.getMetadata().getName() + "-spec";
  }

  /** The claim of the output volume: the user's, or {@code <job>-checkpoints}. */
  public static String outputClaim(GrpoJob owner) {
    String given = owner.getSpec().checkpoints().volume().claimName();
    return given == null ? owner.getMetadata().getName() + "-checkpoints" : given;
  }

  /** The Job that downloads the model: {@code <job>-model}. */
  public static String model(GrpoJob owner) {
    return owner.getMetadata().getName() + "-model";
  }

  /** The claim that keeps downloaded models: the user's, or {@code <job>-models}. */
  static String modelClaim(GrpoJob owner) {
    HubSpec hub = owner.getSpec().model().hub();
    String given = hub == null ? null : hub.cache().claimName();
    return given == null ? owner.getMetadata().getName() + "-models" : given;
  }

  /** The PodGroup of the workers, whatever the attempt. */
  static String gang(GrpoJob owner) {
    return workers(owner);
  }

  /** Where the process with rank 0 of an attempt is found. */
  public static String master(GrpoJob owner, int attempt) {
    return attempt(owner, attempt) + "-0." + workers(owner);
  }

  static ObjectMeta owned(GrpoJob owner, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder(unowned(owner, name, labels))
        .withOwnerReferences(reference(owner))
        .build();
  }

  static ObjectMeta unowned(GrpoJob owner, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(labels)
        .build();
  }

  private static OwnerReference reference(GrpoJob owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(GrpoJob.API_VERSION)
        .withKind(GrpoJob.KIND)
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(false) // true needs the right to write finalizers of GrpoJobs
        .build();
  }
}

package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.SchedulingSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What makes all workers of an attempt start together: Kueue admits the whole Job; Volcano and the
 * coscheduling plugin place the pods of a PodGroup all or none.
 */
public final class Gang {
  static final String KUEUE_QUEUE = "kueue.x-k8s.io/queue-name";
  static final String POD_GROUP = "scheduling.x-k8s.io/pod-group";
  private static final String VOLCANO_GROUP = "scheduling.k8s.io/group-name";
  private static final String VOLCANO = "volcano";
  private static final String COSCHEDULING = "scheduler-plugins-scheduler";

  private Gang() {}

  /** Whether a Job of this owner is made suspended, for Kueue to let it run. */
  public static boolean queued(GrpoJob owner) {
    return of(owner) == SchedulingSpec.Gang.KUEUE;
  }

  /** The PodGroup, or none. */
  public static List<GenericKubernetesResource> podGroup(GrpoJob owner) {
    return switch (of(owner)) {
      case NONE, KUEUE -> List.of();
      case VOLCANO -> List.of(podGroup(owner, "scheduling.volcano.sh/v1beta1"));
      case SCHEDULER_PLUGINS -> List.of(podGroup(owner, "scheduling.x-k8s.io/v1alpha1"));
    };
  }

  private static GenericKubernetesResource podGroup(GrpoJob owner, String apiVersion) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("minMember", owner.getSpec().workers().replicas());
    SchedulingSpec scheduling = owner.getSpec().workers().scheduling();
    if (scheduling != null && scheduling.queue() != null) {
      spec.put("queue", scheduling.queue());
    }
    String priority = owner.getSpec().workers().priorityClassName();
    if (priority != null && apiVersion.startsWith("scheduling.volcano")) {
      spec.put("priorityClassName", priority);
    }
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(apiVersion)
        .withKind("PodGroup")
        .withMetadata(Names.owned(owner, Names.gang(owner), Labels.of(owner)))
        .addToAdditionalProperties("spec", spec)
        .build();
  }

  /** Labels of a Job: with Kueue's queue. */
  static Map<String, String> labelled(GrpoJob owner, Map<String, String> labels) {
    Map<String, String> all = new TreeMap<>(labels);
    if (queued(owner)) {
      all.put(KUEUE_QUEUE, String.valueOf(scheduling(owner).map(SchedulingSpec::queue).orElse("")));
    }
    return all;
  }

  /** Labels of a worker's pod: with the plugin's PodGroup. */
  static Map<String, String> podLabels(GrpoJob owner, Map<String, String> labels) {
    Map<String, String> all = new TreeMap<>(labels);
    if (of(owner) == SchedulingSpec.Gang.SCHEDULER_PLUGINS) {
      all.put(POD_GROUP, Names.gang(owner));
    }
    return all;
  }

  /** Annotations of a worker's pod; null for none. */
  static @Nullable Map<String, String> podAnnotations(GrpoJob owner) {
    Map<String, String> all = new TreeMap<>();
    if (of(owner) == SchedulingSpec.Gang.VOLCANO) {
      all.put(VOLCANO_GROUP, Names.gang(owner));
    }
    if (queued(owner)) {
      scheduling(owner).ifPresent(scheduling -> topology(scheduling, all));
    }
    return all.isEmpty() ? null : all;
  }

  private static void topology(SchedulingSpec scheduling, Map<String, String> annotations) {
    scheduling
        .placed()
        .filter(SchedulingSpec.Placement.PACK::equals)
        .ifPresent(
            pack ->
                annotations.put(
                    "kueue.x-k8s.io/podset-"
                        + (scheduling.required() ? "required" : "preferred")
                        + "-topology",
                    String.valueOf(scheduling.topologyKey())));
  }

  /** The scheduler of a worker's pod; null: the cluster's default. */
  static @Nullable String scheduler(GrpoJob owner) {
    return switch (of(owner)) {
      case NONE, KUEUE -> null;
      case VOLCANO -> VOLCANO;
      case SCHEDULER_PLUGINS -> COSCHEDULING;
    };
  }

  private static SchedulingSpec.Gang of(GrpoJob owner) {
    return scheduling(owner).map(SchedulingSpec::gang).orElse(SchedulingSpec.Gang.NONE);
  }

  private static Optional<SchedulingSpec> scheduling(GrpoJob owner) {
    return Optional.ofNullable(owner.getSpec().workers().scheduling());
  }
}

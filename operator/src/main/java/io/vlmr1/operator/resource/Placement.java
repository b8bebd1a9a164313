package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.SchedulingSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Workers near to each other, or far from each other, by a label of their nodes. */
final class Placement {
  private static final int MOST = 100;

  private Placement() {}

  /** Draws workers to nodes where others of the attempt are; null for none. */
  static @Nullable Affinity affinity(GrpoJob owner, int attempt) {
    return scheduling(owner, SchedulingSpec.Placement.PACK)
        .map(
            scheduling -> {
              PodAffinityTerm near =
                  new PodAffinityTermBuilder()
                      .withLabelSelector(workers(owner, attempt))
                      .withTopologyKey(scheduling.topologyKey())
                      .build();
              return scheduling.required()
                  ? new AffinityBuilder()
                      .withNewPodAffinity()
                      .withRequiredDuringSchedulingIgnoredDuringExecution(near)
                      .endPodAffinity()
                      .build()
                  : new AffinityBuilder()
                      .withNewPodAffinity()
                      .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                      .withWeight(MOST)
                      .withPodAffinityTerm(near)
                      .endPreferredDuringSchedulingIgnoredDuringExecution()
                      .endPodAffinity()
                      .build();
            })
        .orElse(null);
  }

  /** Spreads workers evenly. */
  static List<TopologySpreadConstraint> spread(GrpoJob owner, int attempt) {
    return scheduling(owner, SchedulingSpec.Placement.SPREAD).stream()
        .map(
            scheduling ->
                new TopologySpreadConstraintBuilder()
                    .withMaxSkew(1)
                    .withTopologyKey(scheduling.topologyKey())
                    .withWhenUnsatisfiable(
                        scheduling.required() ? "DoNotSchedule" : "ScheduleAnyway")
                    .withLabelSelector(workers(owner, attempt))
                    .build())
        .toList();
  }

  private static LabelSelector workers(GrpoJob owner, int attempt) {
    return new LabelSelectorBuilder()
        .addToMatchLabels(Labels.ATTEMPT, Integer.toString(attempt))
        .addToMatchLabels(Labels.JOB, owner.getMetadata().getName())
        .build();
  }

  private static Optional<SchedulingSpec> scheduling(
      GrpoJob owner, SchedulingSpec.Placement placement) {
    return Optional.ofNullable(owner.getSpec().workers().scheduling())
        .filter(scheduling -> scheduling.placed().filter(placement::equals).isPresent());
  }
}

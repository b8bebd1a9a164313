package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.vlmr1.api.v1alpha1.CheckpointVolume;
import io.vlmr1.api.v1alpha1.CheckpointsSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.util.List;
import java.util.Map;

/** The claim that a job writes its checkpoints to, unless it names an existing one. */
public final class CheckpointClaim {
  private CheckpointClaim() {}

  /** One claim, or none where the spec names an existing one. */
  public static List<PersistentVolumeClaim> of(GrpoJob owner) {
    CheckpointsSpec checkpoints = owner.getSpec().checkpoints();
    if (checkpoints.volume().claimName() != null) {
      return List.of();
    }
    return List.of(of(metadata(owner, checkpoints.retain()), checkpoints.volume()));
  }

  static PersistentVolumeClaim of(ObjectMeta metadata, CheckpointVolume volume) {
    return new PersistentVolumeClaimBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withAccessModes(volume.accessModes())
        .withStorageClassName(volume.storageClassName())
        .withNewResources()
        .withRequests(Map.of("storage", volume.size()))
        .endResources()
        .endSpec()
        .build();
  }

  /** A claim without an owner outlives the GrpoJob. */
  private static ObjectMeta metadata(GrpoJob owner, boolean retain) {
    String name = Names.outputClaim(owner);
    return retain
        ? Names.unowned(owner, name, Labels.of(owner))
        : Names.owned(owner, name, Labels.of(owner));
  }
}

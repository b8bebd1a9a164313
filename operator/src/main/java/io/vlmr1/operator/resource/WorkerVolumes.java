package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.DataVolume;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a worker finds in its file system besides its image. */
record WorkerVolumes(List<Volume> volumes, List<VolumeMount> mounts) {

  static WorkerVolumes of(GrpoJob owner, PodDefaults defaults) {
    WorkerVolumes all = new WorkerVolumes(new ArrayList<>(), new ArrayList<>());
    all.spec(owner);
    all.output(owner, false);
    all.data(owner);
    ModelSource.of(owner).ifPresent(all::model);
    all.temporary("tmp");
    Optional.ofNullable(owner.getSpec().workers().sharedMemory())
        .ifPresent(size -> all.sharedMemory("shm", size));
    if (defaults.policy().ascendDriver() && Ascend.isAskedFor(owner.getSpec().workers().device())) {
      Ascend.driver(all);
    }
    return all;
  }

  /** What an inference server sees: models and data, read-only, and places of its own to write. */
  static WorkerVolumes ofServer(
      GrpoJob owner,
      @Nullable DeviceSpec device,
      @Nullable Quantity sharedMemory,
      PodDefaults defaults) {
    WorkerVolumes all = new WorkerVolumes(new ArrayList<>(), new ArrayList<>());
    all.output(owner, true);
    all.data(owner);
    ModelSource.of(owner).ifPresent(all::model);
    all.temporary("server-tmp");
    if (sharedMemory != null) {
      all.sharedMemory("server-shm", sharedMemory);
    }
    if (defaults.policy().ascendDriver() && Ascend.isAskedFor(device)) {
      Ascend.driver(all);
    }
    return all;
  }

  private void spec(GrpoJob owner) {
    volumes.add(
        new VolumeBuilder()
            .withName("spec")
            .withNewConfigMap()
            .withName(Names.spec(owner))
            .withDefaultMode(0444)
            .endConfigMap()
            .build());
    String folder = String.valueOf(Path.of(WorkerEnvironment.DEFAULT_JOB_FILE).getParent());
    mounts.add(mount("spec", folder).withReadOnly(true).build());
  }

  /** A folder for each job, so that jobs may share one claim. */
  private void output(GrpoJob owner, boolean readOnly) {
    claim("output", Names.outputClaim(owner), false);
    mounts.add(
        mount("output", WorkerEnvironment.DEFAULT_OUTPUT_DIR)
            .withSubPath(owner.getMetadata().getName())
            .withReadOnly(readOnly ? true : null)
            .build());
  }

  private void data(GrpoJob owner) {
    DataVolume data = owner.getSpec().data().volume();
    if (data == null) {
      return;
    }
    claim("data", data.claimName(), data.readOnly());
    mounts.add(
        mount("data", WorkerEnvironment.DEFAULT_DATA_DIR)
            .withSubPath(data.subPath())
            .withReadOnly(data.readOnly())
            .build());
  }

  private void model(ModelSource source) {
    claim("model", source.claim(), true);
    mounts.add(mount("model", ModelSource.MOUNT).withReadOnly(true).build());
  }

  /** The root file system is read-only. */
  private void temporary(String name) {
    volumes.add(empty(name));
    mounts.add(mount(name, "/tmp").build());
  }

  private void sharedMemory(String name, Quantity size) {
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(size)
            .endEmptyDir()
            .build());
    mounts.add(mount(name, "/dev/shm").build());
  }

  /** A file or folder of the node under the same path, read-only. */
  void host(String name, String path, String type) {
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewHostPath()
            .withPath(path)
            .withType(type)
            .endHostPath()
            .build());
    mounts.add(mount(name, path).withReadOnly(true).build());
  }

  private void claim(String volume, String claim, boolean readOnly) {
    volumes.add(claimed(volume, claim, readOnly));
  }

  static Volume claimed(String volume, String claim, boolean readOnly) {
    return new VolumeBuilder()
        .withName(volume)
        .withNewPersistentVolumeClaim()
        .withClaimName(claim)
        .withReadOnly(readOnly)
        .endPersistentVolumeClaim()
        .build();
  }

  static Volume empty(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }

  static VolumeMountBuilder mount(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path);
  }
}

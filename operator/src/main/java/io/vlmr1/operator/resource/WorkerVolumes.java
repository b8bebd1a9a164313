package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.DataVolume;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a worker finds in its file system besides its image. */
record WorkerVolumes(List<Volume> volumes, List<VolumeMount> mounts) {

  static WorkerVolumes of(GrpoJob owner, PodDefaults defaults) {
    WorkerVolumes all = new WorkerVolumes(new ArrayList<>(), new ArrayList<>());
    all.spec(owner);
    all.output(owner);
    all.data(owner);
    ModelSource.of(owner).ifPresent(all::model);
    all.temporary();
    Optional.ofNullable(owner.getSpec().workers().sharedMemory()).ifPresent(all::sharedMemory);
    if (defaults.policy().ascendDriver() && Ascend.isAskedFor(owner.getSpec().workers().device())) {
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
  private void output(GrpoJob owner) {
    claim("output", Names.outputClaim(owner), false);
    mounts.add(
        mount("output", WorkerEnvironment.DEFAULT_OUTPUT_DIR)
            .withSubPath(owner.getMetadata().getName())
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
  private void temporary() {
    volumes.add(empty("tmp"));
    mounts.add(mount("tmp", "/tmp").build());
  }

  private void sharedMemory(Quantity size) {
    volumes.add(
        new VolumeBuilder()
            .withName("shm")
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(size)
            .endEmptyDir()
            .build());
    mounts.add(mount("shm", "/dev/shm").build());
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

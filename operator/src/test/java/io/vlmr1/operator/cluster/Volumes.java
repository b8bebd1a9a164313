package io.vlmr1.operator.cluster;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Volumes of a cluster without a provisioner: folders of its node, each kept for one claim. */
final class Volumes {
  private Volumes() {}

  /** Makes the volume for a claim to come; on a cluster that was given, its provisioner does. */
  static void reserve(TestCluster cluster, String namespace, String claim) {
    cluster
        .folder(claim)
        .ifPresent(
            folder ->
                cluster.client().resource(volume(namespace, claim, writable(folder))).create());
  }

  private static PersistentVolume volume(String namespace, String claim, Path folder) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(namespace + "-" + claim)
        .endMetadata()
        .withNewSpec()
        .withCapacity(Map.of("storage", new Quantity("20Gi")))
        .withAccessModes("ReadWriteMany", "ReadWriteOnce")
        .withPersistentVolumeReclaimPolicy("Retain")
        .withNewHostPath()
        .withPath(folder.toString())
        .endHostPath()
        .withNewClaimRef()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(namespace)
        .withName(claim)
        .endClaimRef()
        .endSpec()
        .build();
  }

  /** A folder of the node belongs to root, and fsGroup does not reach it. */
  private static Path writable(Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pods with Ascend devices (910, 310P) need besides the resource: settings of HCCL, and where
 * no container runtime of Ascend mounts it, the node's driver.
 */
final class Ascend {
  private static final String RESOURCE = "huawei.com/Ascend";

  /** Parts of the driver that a container has to see under the same path. */
  private static final List<String> FOLDERS =
      List.of("/usr/local/Ascend/driver", "/usr/local/dcmi", "/usr/local/sbin");

  private static final List<String> FILES =
      List.of("/usr/local/bin/npu-smi", "/etc/ascend_install.info");

  private Ascend() {}

  static boolean isAskedFor(@Nullable DeviceSpec device) {
    return device != null && device.resource().startsWith(RESOURCE);
  }

  static boolean isDriver(String path) {
    return FOLDERS.contains(path) || FILES.contains(path);
  }

  /** Ranks meet by the pod's own address: a pod has no rank table of its cluster. */
  static List<EnvVar> environment() {
    return List.of(
        variable("HCCL_WHITELIST_DISABLE", "1"),
        variable("HCCL_CONNECT_TIMEOUT", "1200"),
        new EnvVarBuilder()
            .withName("HCCL_IF_IP")
            .withNewValueFrom()
            .withNewFieldRef()
            .withApiVersion("v1")
            .withFieldPath("status.podIP")
            .endFieldRef()
            .endValueFrom()
            .build());
  }

  /** Folders and files of the node, read-only. */
  static void driver(WorkerVolumes all) {
    for (int i = 0; i < FOLDERS.size(); i++) {
      all.host("ascend-" + i, FOLDERS.get(i), "Directory");
    }
    for (int i = 0; i < FILES.size(); i++) {
      all.host("ascend-file-" + i, FILES.get(i), "File");
    }
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}

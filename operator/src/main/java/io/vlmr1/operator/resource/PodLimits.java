package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.vlmr1.api.rules.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A pod against the restricted Pod Security Standard, Secrets and service account tokens, less what
 * the administrator's policy lets pass.
 */
final class PodLimits {
  /** What the restricted standard lets a pod mount. */
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret",
          "image");

  private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

  private final String path;
  private final PodPolicy policy;
  private final List<String> pullSecrets;
  private final List<Problem> problems = new ArrayList<>();

  PodLimits(String path, PodDefaults defaults) {
    this.path = path + ".spec";
    this.policy = defaults.policy();
    this.pullSecrets = defaults.pullSecrets();
  }

  List<Problem> problems(PodSpec pod) {
    refuse(isTrue(pod.getHostNetwork()) && !policy.hostNetwork(), ".hostNetwork", "hostNetwork");
    refuse(isTrue(pod.getHostPID()) && !policy.hostNetwork(), ".hostPID", "hostNetwork");
    refuse(isTrue(pod.getHostIPC()) && !policy.hostNetwork(), ".hostIPC", "hostNetwork");
    refuse(
        isTrue(pod.getAutomountServiceAccountToken()) && policy.serviceAccounts().isEmpty(),
        ".automountServiceAccountToken",
        "serviceAccounts");
    String account = pod.getServiceAccountName();
    refuse(
        account != null && !account.equals("default") && !policy.serviceAccount(account),
        ".serviceAccountName",
        "serviceAccounts");
    pod.getVolumes().forEach(this::volume);
    for (LocalObjectReference secret : pod.getImagePullSecrets()) {
      if (!pullSecrets.contains(secret.getName())) {
        secret(".imagePullSecrets", secret.getName());
      }
    }
    security(pod.getSecurityContext());
    pod.getContainers().forEach(one -> container(".containers", one, pod.getSecurityContext()));
    pod.getInitContainers()
        .forEach(one -> container(".initContainers", one, pod.getSecurityContext()));
    return problems;
  }

  private void volume(Volume volume) {
    String place = ".volumes[" + volume.getName() + "]";
    Set<String> kinds = kinds(volume);
    if (volume.getHostPath() != null) {
      String host = String.valueOf(volume.getHostPath().getPath());
      refuse(!policy.hostPath(host), place + ".hostPath", "hostPaths");
      kinds.remove("hostPath");
    }
    kinds.removeAll(VOLUMES);
    for (String kind : kinds) {
      problems.add(
          new Problem(
              path + place + "." + kind,
              "not among the volumes of the restricted Pod Security Standard",
              "use a persistentVolumeClaim"));
    }
    if (volume.getSecret() != null) {
      secret(place + ".secret", volume.getSecret().getSecretName());
    }
    if (volume.getProjected() != null) {
      for (VolumeProjection source : volume.getProjected().getSources()) {
        refuse(
            (source.getServiceAccountToken() != null || source.getClusterTrustBundle() != null)
                && policy.serviceAccounts().isEmpty(),
            place + ".projected",
            "serviceAccounts");
        if (source.getSecret() != null) {
          secret(place + ".projected", source.getSecret().getName());
        }
      }
    }
  }

  private static Set<String> kinds(Volume volume) {
    Set<String> kinds = new TreeSet<>(volume.getAdditionalProperties().keySet());
    add(volume.getHostPath(), "hostPath", kinds);
    add(volume.getNfs(), "nfs", kinds);
    add(volume.getIscsi(), "iscsi", kinds);
    add(volume.getGlusterfs(), "glusterfs", kinds);
    add(volume.getCephfs(), "cephfs", kinds);
    add(volume.getRbd(), "rbd", kinds);
    add(volume.getFc(), "fc", kinds);
    add(volume.getFlexVolume(), "flexVolume", kinds);
    add(volume.getFlocker(), "flocker", kinds);
    add(volume.getCinder(), "cinder", kinds);
    add(volume.getGitRepo(), "gitRepo", kinds);
    add(volume.getAwsElasticBlockStore(), "awsElasticBlockStore", kinds);
    add(volume.getAzureDisk(), "azureDisk", kinds);
    add(volume.getAzureFile(), "azureFile", kinds);
    add(volume.getGcePersistentDisk(), "gcePersistentDisk", kinds);
    add(volume.getPhotonPersistentDisk(), "photonPersistentDisk", kinds);
    add(volume.getPortworxVolume(), "portworxVolume", kinds);
    add(volume.getQuobyte(), "quobyte", kinds);
    add(volume.getScaleIO(), "scaleIO", kinds);
    add(volume.getStorageos(), "storageos", kinds);
    add(volume.getVsphereVolume(), "vsphereVolume", kinds);
    return kinds;
  }

  private static void add(@Nullable Object source, String kind, Set<String> kinds) {
    if (source != null) {
      kinds.add(kind);
    }
  }

  private void security(@Nullable PodSecurityContext pod) {
    if (pod == null || policy.privileged()) {
      return;
    }
    refuse(isZero(pod.getRunAsUser()), ".securityContext.runAsUser", "privileged");
    refuse(!pod.getSysctls().isEmpty(), ".securityContext.sysctls", "privileged");
    refuse(unconfined(pod.getSeccompProfile()), ".securityContext.seccompProfile", "privileged");
    refuse(
        pod.getSeLinuxOptions() != null || pod.getAppArmorProfile() != null,
        ".securityContext",
        "privileged");
    refuse(
        pod.getWindowsOptions() != null && isTrue(pod.getWindowsOptions().getHostProcess()),
        ".securityContext.windowsOptions.hostProcess",
        "privileged");
  }

  private void container(String list, Container container, @Nullable PodSecurityContext pod) {
    String place = list + "[" + container.getName() + "]";
    for (ContainerPort port : container.getPorts()) {
      refuse(
          port.getHostPort() != null && port.getHostPort() != 0 && !policy.hostNetwork(),
          place + ".ports.hostPort",
          "hostNetwork");
    }
    for (EnvVar variable : container.getEnv()) {
      Optional.ofNullable(variable.getValueFrom())
          .flatMap(from -> Optional.ofNullable(from.getSecretKeyRef()))
          .ifPresent(key -> secret(place + ".env[" + variable.getName() + "]", key.getName()));
    }
    for (EnvFromSource source : container.getEnvFrom()) {
      Optional.ofNullable(source.getSecretRef())
          .ifPresent(all -> secret(place + ".envFrom", all.getName()));
    }
    if (!policy.privileged()) {
      restricted(place + ".securityContext", container.getSecurityContext(), pod);
    }
  }

  private void restricted(
      String place, @Nullable SecurityContext given, @Nullable PodSecurityContext pod) {
    SecurityContext own = given == null ? new SecurityContext() : given;
    refuse(isTrue(own.getPrivileged()), place + ".privileged", "privileged");
    refuse(
        !Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
        place + ".allowPrivilegeEscalation",
        "privileged");
    Capabilities capabilities = own.getCapabilities();
    boolean dropped = capabilities != null && capabilities.getDrop().contains("ALL");
    boolean added =
        capabilities != null
            && capabilities.getAdd().stream().anyMatch(one -> !one.equals("NET_BIND_SERVICE"));
    refuse(!dropped || added, place + ".capabilities", "privileged");
    refuse(isZero(own.getRunAsUser()), place + ".runAsUser", "privileged");
    Boolean nonRoot =
        (own.getRunAsNonRoot() != null || pod == null)
            ? own.getRunAsNonRoot()
            : pod.getRunAsNonRoot();
    refuse(!isTrue(nonRoot), place + ".runAsNonRoot", "privileged");
    refuse(unconfined(own.getSeccompProfile()), place + ".seccompProfile", "privileged");
    refuse(
        own.getSeccompProfile() == null && (pod == null || pod.getSeccompProfile() == null),
        place + ".seccompProfile",
        "privileged");
    refuse(
        own.getProcMount() != null && !own.getProcMount().equals("Default"),
        place + ".procMount",
        "privileged");
    refuse(
        own.getSeLinuxOptions() != null
            || own.getAppArmorProfile() != null
            || own.getWindowsOptions() != null,
        place,
        "privileged");
  }

  private void secret(String place, @Nullable String name) {
    refuse(name != null && !policy.secret(name), place, "secrets");
  }

  private void refuse(boolean wrong, String place, String value) {
    if (wrong) {
      problems.add(
          new Problem(
              path + place,
              "not allowed by this installation",
              "remove it, or have policy." + value + " of the chart changed"));
    }
  }

  private static boolean unconfined(@Nullable SeccompProfile profile) {
    return profile != null && !SECCOMP.contains(String.valueOf(profile.getType()));
  }

  private static boolean isZero(@Nullable Long user) {
    return user != null && user == 0;
  }

  private static boolean isTrue(@Nullable Boolean value) {
    return Boolean.TRUE.equals(value);
  }
}

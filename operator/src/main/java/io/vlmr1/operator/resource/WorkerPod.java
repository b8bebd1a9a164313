package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.DeviceClaim;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.WorkersSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The pod that runs the trainer's image, for training and for evaluation alike. */
final class WorkerPod {
  private static final long USER = 10001L;

  private WorkerPod() {}

  static PodTemplateSpec of(
      GrpoJob owner, PodDefaults defaults, Map<String, String> labels, List<EnvVar> environment) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withSpec(spec(owner, defaults, environment))
        .build();
  }

  /** What every pod of the operator has in common, still without a container. */
  static PodTemplateSpecBuilder plain(PodDefaults defaults, Map<String, String> labels) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withEnableServiceLinks(false)
        .withAutomountServiceAccountToken(false)
        .withTerminationGracePeriodSeconds(defaults.graceSeconds())
        .withSecurityContext(podSecurity())
        .withImagePullSecrets(
            defaults.pullSecrets().stream().map(LocalObjectReference::new).toList())
        .endSpec();
  }

  /** A container of the trainer's image, still without anything to do. */
  static ContainerBuilder contained(GrpoJob owner, PodDefaults defaults) {
    return new ContainerBuilder()
        .withName(Names.CONTAINER)
        .withImage(Objects.requireNonNullElse(owner.getSpec().workers().image(), defaults.image()))
        .withImagePullPolicy(defaults.pullPolicy())
        .withSecurityContext(containerSecurity())
        .withTerminationMessagePath(WorkerEnvironment.DEFAULT_TERMINATION_LOG)
        .withTerminationMessagePolicy("FallbackToLogsOnError"); // a killed worker writes none
  }

  private static PodSpec spec(GrpoJob owner, PodDefaults defaults, List<EnvVar> environment) {
    WorkerVolumes volumes = WorkerVolumes.of(owner, defaults);
    return new PodSpecBuilder(placed(owner, defaults, Map.of()).getSpec())
        .withContainers(container(owner, defaults, volumes, environment))
        .withVolumes(volumes.volumes())
        .build();
  }

  /** A pod where and as workers run, still without a container. */
  static PodTemplateSpec placed(GrpoJob owner, PodDefaults defaults, Map<String, String> labels) {
    WorkersSpec workers = owner.getSpec().workers();
    return plain(defaults, labels) // never restarted: the next attempt takes a failed one's place
        .editSpec()
        .withServiceAccountName(workers.serviceAccountName())
        .withNodeSelector(workers.nodeSelector())
        .withTolerations(workers.tolerations())
        .withPriorityClassName(workers.priorityClassName())
        .withRuntimeClassName(workers.runtimeClassName())
        .withResourceClaims(workers.resourceClaims().stream().map(WorkerPod::claim).toList())
        .endSpec()
        .build();
  }

  private static Container container(
      GrpoJob owner, PodDefaults defaults, WorkerVolumes volumes, List<EnvVar> environment) {
    return contained(owner, defaults)
        .withEnv(environment)
        .withPorts(
            new ContainerPortBuilder()
                .withName(Names.PROGRESS_PORT)
                .withProtocol("TCP")
                .withContainerPort(WorkerEnvironment.DEFAULT_PROGRESS_PORT)
                .build())
        .withResources(resources(owner.getSpec().workers()))
        .withVolumeMounts(volumes.mounts())
        .build();
  }

  private static ResourceRequirements resources(WorkersSpec workers) {
    ResourceRequirementsBuilder all =
        new ResourceRequirementsBuilder(
            Objects.requireNonNullElseGet(workers.resources(), ResourceRequirements::new));
    DeviceSpec device = workers.device();
    if (device != null) { // the request of an extended resource follows its limit
      all.addToLimits(device.resource(), new Quantity(device.count().toString()));
    }
    for (DeviceClaim claim : workers.resourceClaims()) {
      all.addNewClaim(claim.name(), null);
    }
    return all.build();
  }

  private static PodResourceClaim claim(DeviceClaim claim) {
    return new PodResourceClaimBuilder()
        .withName(claim.name())
        .withResourceClaimName(claim.resourceClaimName())
        .withResourceClaimTemplateName(claim.resourceClaimTemplateName())
        .build();
  }

  private static PodSecurityContext podSecurity() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch") // a large volume is not walked at each start
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static SecurityContext containerSecurity() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }
}

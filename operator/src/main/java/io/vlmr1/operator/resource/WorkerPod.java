package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
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

  private static PodSpec spec(GrpoJob owner, PodDefaults defaults, List<EnvVar> environment) {
    WorkersSpec workers = owner.getSpec().workers();
    WorkerVolumes volumes = WorkerVolumes.of(owner);
    return new PodSpecBuilder()
        .withRestartPolicy("Never") // the next attempt takes the place of a failed one
        .withEnableServiceLinks(false)
        .withAutomountServiceAccountToken(false)
        .withServiceAccountName(workers.serviceAccountName())
        .withTerminationGracePeriodSeconds(defaults.graceSeconds())
        .withSecurityContext(podSecurity())
        .withImagePullSecrets(
            defaults.pullSecrets().stream().map(LocalObjectReference::new).toList())
        .withNodeSelector(workers.nodeSelector())
        .withTolerations(workers.tolerations())
        .withPriorityClassName(workers.priorityClassName())
        .withRuntimeClassName(workers.runtimeClassName())
        .withContainers(container(workers, defaults, volumes, environment))
        .withVolumes(volumes.volumes())
        .build();
  }

  private static Container container(
      WorkersSpec workers, PodDefaults defaults, WorkerVolumes volumes, List<EnvVar> environment) {
    return new ContainerBuilder()
        .withName(Names.CONTAINER)
        .withImage(Objects.requireNonNullElse(workers.image(), defaults.image()))
        .withImagePullPolicy(defaults.pullPolicy())
        .withEnv(environment)
        .withPorts(
            new ContainerPortBuilder()
                .withName(Names.PROGRESS_PORT)
                .withProtocol("TCP")
                .withContainerPort(WorkerEnvironment.DEFAULT_PROGRESS_PORT)
                .build())
        .withResources(resources(workers))
        .withSecurityContext(containerSecurity())
        .withTerminationMessagePath(WorkerEnvironment.DEFAULT_TERMINATION_LOG)
        .withTerminationMessagePolicy("FallbackToLogsOnError") // a killed worker writes none
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
    return all.build();
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

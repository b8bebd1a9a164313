package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ServingSpec;
import io.vlmr1.api.v1alpha1.WorkersSpec;
import java.util.Map;
import java.util.Objects;

/** The final model behind an inference server, and the Service that leads to it. */
public final class ServingDeployment {
  private static final String CONTAINER = "server";
  private static final String PORT = "http";
  private static final String FOLDER = "/output";
  private static final int PATIENCE = 120; // times 10 s: a large model loads for long

  private ServingDeployment() {}

  /** The server's pods; they read the output volume and write nothing to it. */
  public static Deployment of(GrpoJob owner, ServingSpec serving, PodDefaults defaults) {
    Map<String, String> labels = Labels.ofServing(owner);
    return new DeploymentBuilder()
        .withMetadata(Names.owned(owner, Names.serving(owner), labels))
        .withNewSpec()
        .withReplicas(serving.replicas())
        .withNewSelector()
        .addToMatchLabels(Labels.JOB, owner.getMetadata().getName())
        .addToMatchLabels(Labels.ROLE, Labels.SERVE)
        .endSelector()
        .withTemplate(template(owner, serving, defaults, labels))
        .endSpec()
        .build();
  }

  /** Where clients find it: {@code <job>-serving}. */
  public static Service service(GrpoJob owner, ServingSpec serving) {
    return new ServiceBuilder()
        .withMetadata(Names.owned(owner, Names.serving(owner), Labels.ofServing(owner)))
        .withNewSpec()
        .addToSelector(Labels.ROLE, Labels.SERVE)
        .addToSelector(Labels.JOB, owner.getMetadata().getName())
        .withPorts(
            new ServicePortBuilder()
                .withName(PORT)
                .withProtocol("TCP")
                .withPort(serving.port())
                .withNewTargetPort(PORT)
                .build())
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(
      GrpoJob owner, ServingSpec serving, PodDefaults defaults, Map<String, String> labels) {
    WorkersSpec workers = owner.getSpec().workers();
    return WorkerPod.plain(defaults, labels)
        .editSpec()
        .withRestartPolicy("Always")
        .withNodeSelector(workers.nodeSelector())
        .withTolerations(workers.tolerations())
        .withRuntimeClassName(workers.runtimeClassName())
        .withContainers(container(owner, serving, defaults))
        .withVolumes(
            WorkerVolumes.claimed("output", Names.outputClaim(owner), true),
            WorkerVolumes.empty("tmp"),
            sharedMemory())
        .endSpec()
        .build();
  }

  private static Container container(GrpoJob owner, ServingSpec serving, PodDefaults defaults) {
    return WorkerPod.contained(owner, defaults)
        .withName(CONTAINER)
        .withImage(ServingServer.image(serving))
        .withArgs(
            ServingServer.arguments(serving, FOLDER + "/final", owner.getMetadata().getName()))
        .addNewEnv()
        .withName("HOME") // servers keep compiled kernels there; the root file system is read-only
        .withValue("/tmp")
        .endEnv()
        .withPorts(
            new ContainerPortBuilder()
                .withName(PORT)
                .withProtocol("TCP")
                .withContainerPort(serving.port())
                .build())
        .withReadinessProbe(
            new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/health")
                .withNewPort(PORT)
                .endHttpGet()
                .withPeriodSeconds(10)
                .build())
        .withStartupProbe(
            new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/health")
                .withNewPort(PORT)
                .endHttpGet()
                .withPeriodSeconds(10)
                .withFailureThreshold(PATIENCE)
                .build())
        .withResources(resources(serving))
        .withVolumeMounts(
            WorkerVolumes.mount("output", FOLDER)
                .withSubPath(owner.getMetadata().getName())
                .withReadOnly(true)
                .build(),
            WorkerVolumes.mount("tmp", "/tmp").build(),
            WorkerVolumes.mount("shm", "/dev/shm").build())
        .build();
  }

  private static ResourceRequirements resources(ServingSpec serving) {
    ResourceRequirementsBuilder all =
        new ResourceRequirementsBuilder(
            Objects.requireNonNullElseGet(serving.resources(), ResourceRequirements::new));
    DeviceSpec device = serving.device();
    if (device != null) {
      all.addToLimits(device.resource(), new Quantity(device.count().toString()));
    }
    return all.build();
  }

  /** Servers with several devices exchange tensors there. */
  private static Volume sharedMemory() {
    return new VolumeBuilder()
        .withName("shm")
        .withNewEmptyDir()
        .withMedium("Memory")
        .endEmptyDir()
        .build();
  }
}

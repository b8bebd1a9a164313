package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ServerSpec;
import io.vlmr1.api.v1alpha1.ServingSpec;
import io.vlmr1.api.v1alpha1.WorkersSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The container of an inference server.
 *
 * @param owner whose model it serves
 * @param engine of what kind it is
 * @param spec its image, arguments and resources
 * @param defaults of the installation
 */
record InferenceServer(GrpoJob owner, Engine engine, ServerSpec spec, PodDefaults defaults) {
  /** Where the user of an image that knows no user 10001 may write. */
  private static final String HOME = "/tmp";

  static InferenceServer of(GrpoJob owner, Evaluation evaluation, PodDefaults defaults) {
    return new InferenceServer(
        owner,
        evaluation.engine(),
        Objects.requireNonNullElseGet(evaluation.server(), ServerSpec::defaults),
        defaults);
  }

  static InferenceServer of(GrpoJob owner, ServingSpec serving, PodDefaults defaults) {
    return new InferenceServer(owner, serving.engine(), serving.asServer(), defaults);
  }

  /** The accelerators of each pod. */
  @Nullable DeviceSpec device() {
    return spec.device() == null ? owner.getSpec().workers().device() : spec.device();
  }

  /**
   * The pod of an evaluation with the server beside it. As an init container that always restarts
   * it starts first, and it ends when the evaluation does; the worker only asks, so that the
   * devices are the server's.
   */
  PodTemplateSpec beside(PodTemplateSpec evaluation, String checkpoint) {
    WorkerVolumes volumes = WorkerVolumes.ofServer(owner, device(), sharedMemory(), defaults);
    PodTemplateSpecBuilder pod = new PodTemplateSpecBuilder(evaluation);
    List<String> known =
        evaluation.getSpec().getVolumes().stream().map(volume -> volume.getName()).toList();
    Container server =
        container(checkpoint, "127.0.0.1", volumes).withRestartPolicy("Always").build();
    return pod.editSpec()
        .addToInitContainers(server)
        .addAllToVolumes(
            volumes.volumes().stream().filter(one -> !known.contains(one.getName())).toList())
        .editFirstContainer()
        .withResources(
            new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity("100m"))
                .addToRequests("memory", new Quantity("512Mi"))
                .build())
        .endContainer()
        .endSpec()
        .build();
  }

  /** The container; it listens on a port of the same number whatever the engine. */
  ContainerBuilder container(String checkpoint, String host, WorkerVolumes volumes) {
    boolean own = engine == Engine.OWN;
    ServerArguments arguments = new ServerArguments(owner, checkpoint, host);
    return (own ? WorkerPod.contained(owner, defaults) : foreign())
        .withName(Names.SERVER)
        .withImage(image(own))
        .withCommand(arguments.command(engine))
        .withArgs(arguments.of(engine, spec.args(), device()))
        .withEnv(environment())
        .addNewPort()
        .withName("http")
        .withProtocol("TCP")
        .withContainerPort(WorkerEnvironment.DEFAULT_SERVER_PORT)
        .endPort()
        .withResources(resources())
        .withVolumeMounts(volumes.mounts());
  }

  /** An image of others may write to its own root file system; nothing else is different. */
  private ContainerBuilder foreign() {
    return new ContainerBuilder()
        .withImagePullPolicy("IfNotPresent")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext();
  }

  private String image(boolean own) {
    String given = spec.image();
    if (given != null || !own) {
      return String.valueOf(given);
    }
    return Objects.requireNonNullElse(owner.getSpec().workers().image(), defaults.image());
  }

  private List<EnvVar> environment() {
    Map<String, EnvVar> all = new LinkedHashMap<>();
    all.put("HOME", new EnvVarBuilder().withName("HOME").withValue(HOME).build());
    all.put("USER", new EnvVarBuilder().withName("USER").withValue("vlmr1").build());
    spec.env().forEach(given -> all.put(given.getName(), given));
    return List.copyOf(all.values());
  }

  private ResourceRequirements resources() {
    WorkersSpec workers = owner.getSpec().workers();
    ResourceRequirementsBuilder all =
        new ResourceRequirementsBuilder(
            spec.resources() != null
                ? spec.resources()
                : Objects.requireNonNullElseGet(workers.resources(), ResourceRequirements::new));
    DeviceSpec device = device();
    if (device != null) {
      all.addToLimits(device.resource(), new Quantity(device.count().toString()));
    }
    if (spec.device() == null) {
      workers.resourceClaims().forEach(claim -> all.addNewClaim(claim.name(), null));
    }
    return all.build();
  }

  @Nullable Quantity sharedMemory() {
    return spec.sharedMemory() == null
        ? owner.getSpec().workers().sharedMemory()
        : spec.sharedMemory();
  }
}

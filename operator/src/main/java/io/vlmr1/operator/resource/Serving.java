package io.vlmr1.operator.resource;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.ServingSpec;
import java.util.Objects;

/**
 * The trained model kept served: a Deployment behind a Service that the pods of its namespace may
 * ask.
 *
 * @param owner a job with spec.serving
 */
public record Serving(GrpoJob owner) {
  private static final int PORT = WorkerEnvironment.DEFAULT_SERVER_PORT;

  /** Every OpenAI server lists its models once it can answer. */
  private static final String MODELS = "/v1/models";

  private static final int SECONDS = 5;

  /** How often a starting server is asked: an hour for large models. */
  private static final int STARTING = 3600 / SECONDS;

  /** Folder name of the served model. */
  public String model() {
    String best = owner.getStatus() == null ? null : owner.getStatus().bestCheckpoint();
    return best != null
            && spec().model() == ServingSpec.Which.BEST
            && OutputLayout.step(best).isPresent()
        ? best
        : OutputLayout.FINAL;
  }

  /** Pods that are wanted: none of a suspended job. */
  public int replicas() {
    return owner.getSpec().suspend() ? 0 : spec().replicas();
  }

  /** Where clients find the API. */
  public String address() {
    return "http://"
        + Names.serving(owner)
        + "."
        + owner.getMetadata().getNamespace()
        + ":"
        + PORT
        + "/v1";
  }

  private ServingSpec spec() {
    return Objects.requireNonNull(owner.getSpec().serving(), "spec.serving");
  }

  /** The pods; an old one ends before its successor starts, so that no spare device is needed. */
  public Deployment deployment(PodDefaults defaults) {
    return new DeploymentBuilder()
        .withMetadata(Names.owned(owner, Names.serving(owner), Labels.ofServing(owner)))
        .withNewSpec()
        .withReplicas(replicas())
        .withSelector(pods())
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString(0))
        .withMaxUnavailable(new IntOrString(1))
        .endRollingUpdate()
        .endStrategy()
        .withTemplate(pod(defaults))
        .endSpec()
        .build();
  }

  private PodTemplateSpec pod(PodDefaults defaults) {
    InferenceServer server = InferenceServer.of(owner, spec(), defaults);
    WorkerVolumes volumes =
        WorkerVolumes.ofServer(owner, server.device(), server.sharedMemory(), defaults);
    ContainerBuilder container = server.container(model(), "0.0.0.0", volumes);
    container.withReadinessProbe(probe(3)).withStartupProbe(probe(STARTING));
    if (spec().engine() == Engine.OWN) {
      container.withLivenessProbe(
          new ProbeBuilder(probe(STARTING / 60)) // a minute
              .editHttpGet()
              .withPath("/health")
              .endHttpGet()
              .build());
    }
    PodTemplateSpecBuilder pod =
        new PodTemplateSpecBuilder(WorkerPod.placed(owner, defaults, Labels.ofServing(owner)));
    return pod.editSpec()
        .withRestartPolicy("Always")
        .withContainers(container.build())
        .withVolumes(volumes.volumes())
        .endSpec()
        .build();
  }

  private static Probe probe(int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(MODELS)
        .withPort(new IntOrString("http"))
        .withScheme("HTTP")
        .endHttpGet()
        .withPeriodSeconds(SECONDS)
        .withTimeoutSeconds(SECONDS)
        .withSuccessThreshold(1)
        .withFailureThreshold(failures)
        .build();
  }

  /** The stable name in front of the pods that are ready. */
  public Service service() {
    return new ServiceBuilder()
        .withMetadata(Names.owned(owner, Names.serving(owner), Labels.ofServing(owner)))
        .withNewSpec()
        .addToSelector(Labels.ROLE, Labels.SERVE) // one by one: Map.of has no order
        .addToSelector(Labels.JOB, owner.getMetadata().getName())
        .addNewPort()
        .withName("http")
        .withProtocol("TCP")
        .withPort(PORT)
        .withNewTargetPort("http")
        .endPort()
        .endSpec()
        .build();
  }

  /**
   * Opens the API's port, which the workers' policy closes, to the namespace: who may create
   * GrpoJobs does not open it to others.
   */
  public NetworkPolicy policy() {
    return new NetworkPolicyBuilder()
        .withMetadata(Names.owned(owner, Names.serving(owner), Labels.ofServing(owner)))
        .withNewSpec()
        .withPodSelector(pods())
        .withPolicyTypes("Ingress")
        .addNewIngress()
        .addNewFrom()
        .withPodSelector(new LabelSelector())
        .endFrom()
        .addNewPort()
        .withProtocol("TCP")
        .withPort(new IntOrString(PORT))
        .endPort()
        .endIngress()
        .endSpec()
        .build();
  }

  private LabelSelector pods() {
    return new LabelSelectorBuilder()
        .addToMatchLabels(Labels.ROLE, Labels.SERVE)
        .addToMatchLabels(Labels.JOB, owner.getMetadata().getName())
        .build();
  }
}

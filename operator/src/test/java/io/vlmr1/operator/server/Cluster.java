package io.vlmr1.operator.server;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Names;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Plays the Job controller, the scheduler and the nodes of one namespace. */
final class Cluster {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final KubernetesClient client;
  final String namespace;

  Cluster(KubernetesClient client) {
    this.client = client;
    this.namespace = "test-" + NUMBER.incrementAndGet();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  /** Makes the pods of a Job, and lets them run. */
  List<Pod> run(Job job, int progressPort) {
    int pods = job.getSpec().getCompletions();
    setStatus(job, pods, 0, 0);
    return IntStream.range(0, pods).mapToObj(index -> runPod(job, index, progressPort)).toList();
  }

  private Pod runPod(Job job, int index, int progressPort) {
    String name = job.getMetadata().getName() + "-" + index + "-abcde";
    Pod pod =
        new PodBuilder()
            .withMetadata(job.getSpec().getTemplate().getMetadata())
            .withSpec(job.getSpec().getTemplate().getSpec())
            .editMetadata()
            .withName(name)
            .withNamespace(namespace)
            .addToLabels("batch.kubernetes.io/job-name", job.getMetadata().getName())
            .addToAnnotations(Labels.INDEX, Integer.toString(index))
            .addNewOwnerReference()
            .withApiVersion("batch/v1")
            .withKind("Job")
            .withName(job.getMetadata().getName())
            .withUid(job.getMetadata().getUid())
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .editSpec()
            .withNodeName("node-" + index)
            .endSpec()
            .build();
    for (ContainerPort port : pod.getSpec().getContainers().get(0).getPorts()) {
      port.setContainerPort(progressPort);
    }
    client.resource(pod).create();
    return status(
        name,
        new PodStatusBuilder()
            .withPhase("Running")
            .withPodIP("127.0.0.1")
            .addNewPodIP("127.0.0.1")
            .withContainerStatuses(
                container(true).withNewState().withNewRunning().endRunning().endState().build())
            .build());
  }

  /** A Deployment of the namespace; null: there is none. */
  @Nullable Deployment deployment(String name) {
    return client.apps().deployments().inNamespace(namespace).withName(name).get();
  }

  /** The Deployment controller has seen it, and so many pods answer. */
  void answers(Deployment deployment, int pods) {
    client
        .resource(deployment)
        .editStatus(
            now ->
                new DeploymentBuilder(now)
                    .withNewStatus()
                    .withObservedGeneration(now.getMetadata().getGeneration())
                    .withReplicas(pods)
                    .withUpdatedReplicas(pods)
                    .withReadyReplicas(pods)
                    .endStatus()
                    .build());
  }

  /** The kubelet tells how the pod's container ended. */
  void end(String pod, int code, String reason, @Nullable String message) {
    status(
        pod,
        new PodStatusBuilder()
            .withPhase(code == 0 ? "Succeeded" : "Failed")
            .withContainerStatuses(
                container(false)
                    .withState(
                        new ContainerStateBuilder()
                            .withNewTerminated()
                            .withExitCode(code)
                            .withReason(reason)
                            .withMessage(message)
                            .withStartedAt(now())
                            .withFinishedAt(now())
                            .endTerminated()
                            .build())
                    .build())
            .build());
  }

  /** The node is drained: the pod bears the mark of a disruption, and ends by SIGTERM. */
  void evict(String pod) {
    status(
        pod,
        new PodStatusBuilder()
            .withPhase("Failed")
            .withConditions(
                new PodConditionBuilder()
                    .withType("DisruptionTarget")
                    .withStatus("True")
                    .withReason("EvictionByEvictionAPI")
                    .withLastTransitionTime(now())
                    .build())
            .build());
  }

  /** The kubelet has ended the pod, and it leaves the API. */
  void gone(String pod) {
    client.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
  }

  /** The Job controller has seen a failed pod, and asks the others to end. */
  void failing(Job job) {
    setStatus(job, 1, 0, 0, condition("FailureTarget"));
  }

  /** No pod of the Job is left. */
  void failed(Job job) {
    setStatus(job, 0, 0, 1, condition("FailureTarget"), condition("Failed"));
  }

  /** All pods of the Job have succeeded. */
  void complete(Job job) {
    int pods = job.getSpec().getCompletions();
    setStatus(job, 0, pods, 0, condition("SuccessCriteriaMet"), condition("Complete"));
  }

  private void setStatus(
      Job job, int active, int succeeded, int failed, JobCondition... conditions) {
    boolean complete = Arrays.stream(conditions).anyMatch(c -> c.getType().equals("Complete"));
    boolean indexed = "Indexed".equals(job.getSpec().getCompletionMode());
    client
        .resource(job)
        .editStatus(
            now ->
                new JobBuilder(now)
                    .editOrNewStatus()
                    .withStartTime(
                        now.getStatus() == null || now.getStatus().getStartTime() == null
                            ? now()
                            : now.getStatus().getStartTime())
                    .withCompletionTime(complete ? now() : null)
                    .withActive(active)
                    .withSucceeded(succeeded)
                    .withFailed(failed)
                    .withCompletedIndexes(complete && indexed ? indexes(succeeded) : null)
                    .withConditions(conditions)
                    .endStatus()
                    .build());
  }

  private static String indexes(int count) {
    return count == 1 ? "0" : "0-" + (count - 1);
  }

  private Pod status(String pod, PodStatus status) {
    return client
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .editStatus(now -> new PodBuilder(now).withStatus(status).build());
  }

  private static ContainerStatusBuilder container(boolean ready) {
    return new ContainerStatusBuilder()
        .withName(Names.CONTAINER)
        .withImage("vlm-r1/trainer:test")
        .withImageID("sha256:0")
        .withRestartCount(0)
        .withReady(ready)
        .withStarted(ready);
  }

  private static JobCondition condition(String type) {
    return new JobConditionBuilder()
        .withType(type)
        .withStatus("True")
        .withReason("Played")
        .withMessage("by the test")
        .withLastTransitionTime(now())
        .withLastProbeTime(now())
        .build();
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

package io.vlmr1.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.vlmr1.operator.resource.Labels;
import io.vlmr1.operator.resource.Names;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A pod of the API as what decisions need of it. */
final class PodReader {
  /** Set by the Job controller, with the name of the Job. */
  private static final String OWNER = "batch.kubernetes.io/job-name";

  private static final String INITIALIZING = "PodInitializing";

  private PodReader() {}

  static PodSeen read(Pod pod) {
    PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    Optional<ContainerStatus> container = container(status);
    PodSeen.State state = state(status, container);
    return new PodSeen(
        pod.getMetadata().getName(),
        pod.getSpec().getNodeName(),
        pod.getMetadata().getLabels().getOrDefault(OWNER, ""),
        pod.getMetadata().getLabels().getOrDefault(Labels.ROLE, ""),
        index(pod),
        state,
        state == PodSeen.State.RUNNING ? null : words(status, container),
        disruption(status),
        container.flatMap(PodReader::exit).orElse(null),
        deletion(pod),
        progress(pod, status));
  }

  private static Optional<ContainerStatus> container(PodStatus status) {
    return status.getContainerStatuses().stream()
        .filter(one -> Set.of(Names.CONTAINER, Names.SERVER).contains(one.getName()))
        .findFirst();
  }

  private static PodSeen.State state(PodStatus status, Optional<ContainerStatus> container) {
    return switch (Objects.requireNonNullElse(status.getPhase(), "Pending")) {
      case "Succeeded" -> PodSeen.State.SUCCEEDED;
      case "Failed" -> PodSeen.State.FAILED;
      case "Running" ->
          container.map(ContainerStatus::getReady).orElse(false)
              ? PodSeen.State.RUNNING
              : PodSeen.State.STARTING;
      default -> PodSeen.State.PENDING;
    };
  }

  private static int index(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    String index = Optional.ofNullable(annotations).map(all -> all.get(Labels.INDEX)).orElse("0");
    return Integer.parseInt(index);
  }

  /** Why it does not run: words of the container's state, of the scheduler, or of the kubelet. */
  private static @Nullable String words(PodStatus status, Optional<ContainerStatus> container) {
    return status.getInitContainerStatuses().stream() // until then others only wait for them
        .filter(one -> !Boolean.TRUE.equals(one.getStarted()))
        .filter(one -> one.getState() != null && one.getState().getWaiting() != null)
        .filter(one -> !INITIALIZING.equals(one.getState().getWaiting().getReason()))
        .map(
            one ->
                one.getName()
                    + " "
                    + joined(
                        one.getState().getWaiting().getReason(),
                        one.getState().getWaiting().getMessage()))
        .findFirst()
        .or(() -> waiting(status, container))
        .orElse(null);
  }

  private static Optional<String> waiting(PodStatus status, Optional<ContainerStatus> container) {
    return container
        .map(ContainerStatus::getState)
        .map(ContainerState::getWaiting)
        .map(w -> joined(w.getReason(), w.getMessage()))
        .or(
            () ->
                status.getConditions().stream()
                    .filter(c -> c.getType().equals("PodScheduled"))
                    .filter(c -> c.getStatus().equals("False"))
                    .map(c -> joined(c.getReason(), c.getMessage()))
                    .findFirst())
        .or(() -> Optional.ofNullable(status.getReason()).map(r -> joined(r, status.getMessage())));
  }

  private static String joined(@Nullable String reason, @Nullable String message) {
    return message == null ? String.valueOf(reason) : reason + ": " + message;
  }

  private static @Nullable String disruption(PodStatus status) {
    return status.getConditions().stream()
        .filter(c -> c.getType().equals("DisruptionTarget") && c.getStatus().equals("True"))
        .map(PodCondition::getReason)
        .findFirst()
        .orElse(null);
  }

  private static Optional<PodSeen.Exit> exit(ContainerStatus container) {
    return Optional.ofNullable(container.getState())
        .map(ContainerState::getTerminated)
        .map(PodReader::exit);
  }

  private static PodSeen.Exit exit(ContainerStateTerminated end) {
    String at = end.getFinishedAt();
    return new PodSeen.Exit(
        end.getExitCode(),
        end.getReason(),
        end.getMessage(),
        at == null ? null : Instant.parse(at));
  }

  /** The API server sets the deletion's time that far ahead as the pod's grace reaches. */
  private static PodSeen.@Nullable Deletion deletion(Pod pod) {
    String graceOver = pod.getMetadata().getDeletionTimestamp();
    if (graceOver == null) {
      return null;
    }
    Instant over = Instant.parse(graceOver);
    long grace = Objects.requireNonNullElse(pod.getMetadata().getDeletionGracePeriodSeconds(), 0L);
    return new PodSeen.Deletion(over.minusSeconds(grace), over);
  }

  private static @Nullable String progress(Pod pod, PodStatus status) {
    if (status.getPodIP() == null) {
      return null;
    }
    String host =
        status.getPodIP().contains(":") ? "[" + status.getPodIP() + "]" : status.getPodIP();
    return pod.getSpec().getContainers().stream()
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> Names.PROGRESS_PORT.equals(port.getName()))
        .map(port -> host + ":" + port.getContainerPort())
        .findFirst()
        .orElse(null);
  }
}

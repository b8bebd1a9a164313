package io.vlmr1.operator.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The pod in which the operator runs, as its chart made it. */
record OperatorPod(TestCluster cluster) {
  private static final int MINUTES = 10;

  /**
   * Ends the operator without a word: its process by SIGKILL, or its pod by force, whose successor
   * the kubelet does not hold back as it does a container that falls again and again.
   */
  void end(boolean process) {
    Pod operator = pod();
    if (process) {
      int restarts = restarts(operator);
      cluster.kill(operator);
      await("the operator is back")
          .atMost(Duration.ofMinutes(MINUTES))
          .until(() -> restarts(pod()) > restarts);
    } else {
      cluster.client().resource(operator).withGracePeriod(0).delete();
      String uid = operator.getMetadata().getUid();
      await("another operator is there")
          .atMost(Duration.ofMinutes(MINUTES))
          .until(() -> !pod().getMetadata().getUid().equals(uid));
    }
  }

  private Pod pod() {
    return cluster
        .client()
        .pods()
        .inNamespace(Prepared.OPERATOR_NAMESPACE)
        .withLabel("app.kubernetes.io/name", "vlm-r1-operator")
        .waitUntilCondition(
            pod ->
                pod != null
                    && pod.getStatus().getContainerStatuses().stream().anyMatch(c -> c.getReady()),
            MINUTES,
            TimeUnit.MINUTES);
  }

  private static int restarts(Pod operator) {
    return operator.getStatus().getContainerStatuses().get(0).getRestartCount();
  }
}

package io.vlmr1.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.operator.resource.Names;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Adds the last lines of a failed worker's log to what is known of its failure. */
final class LogTail {
  private static final Logger LOG = Logger.getLogger(LogTail.class);
  private static final int LINES = 20;
  private static final int BYTES = 8192;
  private static final int TIMEOUT_MILLIS = 2000;

  private LogTail() {}

  /** The same failure when the log cannot be had any more. */
  static Failure added(Failure failure, String namespace, KubernetesClient client) {
    String pod = failure.pod();
    return pod == null
        ? failure
        : new Failure(
            pod,
            failure.node(),
            failure.exitCode(),
            failure.reason(),
            failure.message(),
            read(namespace, pod, client));
  }

  private static @Nullable String read(String namespace, String pod, KubernetesClient client) {
    try {
      return once(client)
          .pods()
          .inNamespace(namespace)
          .withName(pod)
          .inContainer(Names.CONTAINER)
          .limitBytes(BYTES)
          .tailingLines(LINES)
          .getLog();
    } catch (KubernetesClientException e) { // the node is gone, say
      LOG.infof("log of pod %s: the server answers %d", pod, e.getCode());
      return null;
    }
  }

  /** A dead node's log is not worth the client's retries: the next attempt waits for this. */
  private static KubernetesClient once(KubernetesClient client) {
    return client
        .newClient(
            new RequestConfigBuilder()
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout(TIMEOUT_MILLIS)
                .build())
        .adapt(KubernetesClient.class);
  }
}

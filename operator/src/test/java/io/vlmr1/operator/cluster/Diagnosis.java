package io.vlmr1.operator.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What one wants to know when a test has failed: objects, events and the logs of all pods. */
final class Diagnosis {
  private Diagnosis() {}

  static void write(TestCluster cluster, Path folder, String... namespaces) {
    try {
      Files.createDirectories(folder);
      for (String namespace : namespaces) {
        String objects =
            cluster
                .kubectl()
                .attempt(
                    "",
                    "get",
                    "--namespace",
                    namespace,
                    "-o",
                    "wide",
                    "all,grpojobs,persistentvolumeclaims,events")
                .output();
        Files.writeString(folder.resolve(namespace + ".txt"), objects);
        String jobs =
            cluster
                .kubectl()
                .attempt("", "get", "-n", namespace, "-o", "yaml", "grpojobs")
                .output();
        Files.writeString(folder.resolve(namespace + "-grpojobs.yaml"), jobs);
        for (Pod pod : cluster.client().pods().inNamespace(namespace).list().getItems()) {
          Files.writeString(
              folder.resolve(pod.getMetadata().getName() + ".log"), log(cluster.client(), pod));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String log(KubernetesClient client, Pod pod) {
    try {
      return client.pods().resource(pod).getLog();
    } catch (KubernetesClientException e) {
      return "no log: " + e.getMessage();
    }
  }
}

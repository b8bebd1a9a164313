package io.vlmr1.api.schema;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A real API server with etcd, and a client of it with all rights. */
record ApiServer(KubeAPIServer server, KubernetesClient client) implements AutoCloseable {

  /** Starts one; where its programs are missing, says so on the console and skips the test. */
  static ApiServer startOrSkip() {
    String home = System.getProperty("user.home") + "/.kubeapitest";
    Path programs =
        Path.of(Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR")).orElse(home), "k8s");
    if (!Files.isDirectory(programs)) {
      System.err.printf(
          "%n*** SKIPPED: %s has no kube-apiserver and etcd, so CRD and chart are NOT tested on a real"
              + " API server; lay them out as <version>-linux-amd64/ there, or set KUBE_API_TEST_DIR"
              + " ***%n%n",
          programs);
    }
    assumeThat(programs).as("programs of a Kubernetes API server").isDirectory();
    KubeAPIServer server = new KubeAPIServer();
    server.start();
    Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
    return new ApiServer(server, new KubernetesClientBuilder().withConfig(config).build());
  }

  @Override
  public void close() {
    client.close();
    server.stop();
  }
}

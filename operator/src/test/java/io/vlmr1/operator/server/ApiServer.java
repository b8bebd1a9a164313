package io.vlmr1.operator.server;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One API server for all tests of a JVM, with the GrpoJob's CRD; nothing is downloaded. */
final class ApiServer {
  private static final Path CRD =
      Path.of(
          System.getProperty("root.dir", ".."),
          "charts/vlm-r1-operator/crds/grpojobs.training.vlmr1.io-v1.yml");

  private static Optional<ApiServer> running = Optional.empty();

  private final String kubeconfig;

  private ApiServer(String kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /** The server; the calling tests are skipped, loudly, where its programs are missing. */
  static synchronized ApiServer get() {
    Path programs = programs();
    if (!Files.isDirectory(programs)) {
      System.err.printf(
          "%n*** SKIPPED: %s has no kube-apiserver and etcd, so the operator is NOT tested on a"
              + " real API server; lay them out as k8s/<version>-linux-amd64/ or set"
              + " KUBE_API_TEST_DIR ***%n%n",
          programs);
    }
    assumeThat(programs).as("programs of a Kubernetes API server").isDirectory();
    if (running.isEmpty()) {
      running = Optional.of(start());
    }
    return running.get();
  }

  private static ApiServer start() {
    KubeAPIServer server = new KubeAPIServer();
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
    ApiServer api = new ApiServer(server.getKubeConfigYaml());
    api.install();
    return api;
  }

  private static Path programs() {
    String home = System.getProperty("user.home") + "/.kubeapitest";
    return Path.of(Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR")).orElse(home), "k8s");
  }

  private void install() {
    install(CRD);
  }

  /** The PodGroups of Volcano and of the coscheduling plugin. */
  void installGangs() {
    Path folder = Path.of(System.getProperty("root.dir", ".."), "operator/src/test/resources/crds");
    install(folder.resolve("volcano-podgroups.yaml"));
    install(folder.resolve("scheduler-plugins-podgroups.yaml"));
  }

  private void install(Path file) {
    try (KubernetesClient client = client();
        InputStream yaml = Files.newInputStream(file)) {
      CustomResourceDefinition crd =
          client.apiextensions().v1().customResourceDefinitions().load(yaml).item();
      client.resource(crd).createOr(existing -> existing.update());
      client
          .resource(crd)
          .waitUntilCondition(
              seen ->
                  seen != null
                      && seen.getStatus() != null
                      && seen.getStatus().getConditions() != null // an early look finds none
                      && seen.getStatus().getConditions().stream()
                          .anyMatch(
                              c ->
                                  c.getType().equals("Established")
                                      && c.getStatus().equals("True")),
              30,
              TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String kubeconfig() {
    return kubeconfig;
  }

  KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
  }
}

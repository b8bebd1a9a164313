package io.vlmr1.operator.cluster;

import static io.vlmr1.operator.cluster.TestCluster.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A cluster with the operator installed by its chart, and a namespace with data and model. */
final class Prepared {
  static final String OPERATOR_NAMESPACE = "vlmr1-system";
  static final Path LOGS = Path.of("target", "cluster-logs");
  private static final int MINUTES = 10;

  private Prepared() {}

  /** Empty where there is no cluster: each test says so, to be counted as skipped. */
  static Optional<TestCluster> cluster(String namespace) {
    Optional<TestCluster> found = TestCluster.open();
    found.ifPresent(cluster -> prepare(cluster, namespace));
    return found;
  }

  /** The same, but empty on a cluster that was given: its nodes and volumes are out of reach. */
  static Optional<TestCluster> ownCluster(String namespace) {
    Optional<TestCluster> found = TestCluster.open();
    if (found.isPresent() && !found.get().isOwn()) {
      say("these tests want the files of the node: a cluster of their own");
      found.get().close();
      return Optional.empty();
    }
    found.ifPresent(cluster -> prepare(cluster, namespace));
    return found;
  }

  private static void prepare(TestCluster cluster, String namespace) {
    cluster.load(
        List.of(
            Path.of(System.getProperty("operator.image.tar", "target/operator-image.tar")),
            Path.of(
                System.getProperty(
                    "trainer.image.tar", "../trainer-image/target/trainer-image.tar"))));
    try {
      install(cluster);
      fill(cluster, namespace);
    } catch (RuntimeException | AssertionError e) {
      Diagnosis.write(cluster, LOGS.resolve("preparation"), OPERATOR_NAMESPACE, namespace);
      throw e;
    }
  }

  private static void install(TestCluster cluster) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "upgrade",
                "--install",
                "vlm-r1-operator",
                Path.of(System.getProperty("root.dir", ".."), "charts/vlm-r1-operator").toString(),
                "--namespace",
                OPERATOR_NAMESPACE,
                "--create-namespace",
                "--wait",
                "--timeout",
                "3m"));
    image("operator.image").ifPresent(name -> arguments.addAll(chartImage("image", name)));
    image("trainer.image").ifPresent(name -> arguments.addAll(chartImage("trainer.image", name)));
    say(cluster.helm().run(arguments.toArray(String[]::new)).lines().findFirst().orElse(""));
  }

  private static Optional<String> image(String property) {
    return Optional.ofNullable(System.getProperty(property)).filter(s -> !s.isEmpty());
  }

  private static List<String> chartImage(String value, String image) {
    int colon = image.lastIndexOf(':');
    return List.of(
        "--set", value + ".repository=" + image.substring(0, colon),
        "--set-string", value + ".tag=" + image.substring(colon + 1));
  }

  /** Pods of the strictest standard only: what the operator makes has to pass it. */
  private static void fill(TestCluster cluster, String namespace) {
    KubernetesClient client = cluster.client();
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    Volumes.reserve(cluster, namespace, Shapes.DATA_CLAIM);
    long started = System.nanoTime();
    cluster
        .kubectl()
        .feed(Shapes.cluster(!cluster.isOwn()), "apply", "--namespace", namespace, "-f", "-");
    Job done =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .withName(Shapes.PREPARE)
            .waitUntilCondition(Prepared::ended, MINUTES, TimeUnit.MINUTES);
    assertThat(done.getStatus().getSucceeded())
        .as("the Job that prepares data and model")
        .isEqualTo(1);
    say(
        "data and model are ready after %d s"
            .formatted((System.nanoTime() - started) / 1_000_000_000L));
  }

  private static boolean ended(Job job) {
    return job != null
        && job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(
                c ->
                    List.of("Complete", "Failed").contains(c.getType())
                        && "True".equals(c.getStatus()));
  }
}

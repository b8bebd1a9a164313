package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.status.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A job in a namespace of its own, an operator that watches it, and a rank 0 that answers. */
abstract class ServerTest {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final String JOB =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: shapes}
      spec:
        model: {source: model}
        data:
          task: rec
          datasets: [{name: train, path: train.jsonl, images: images}]
          volume: {claimName: shapes-data}
        workers: {replicas: 2}
        checkpoints: {everySteps: 2}
        restartPolicy: {backoffSeconds: 0, maxRestarts: 1}
        evaluations:
        - {name: held-out, task: rec, dataset: {name: held-out, path: held_out.jsonl}}
      """;

  /** The user no longer wants the model served. */
  static final String UNSERVED = "{\"spec\": {\"serving\": null}}";

  @SuppressWarnings("NullAway.Init")
  ApiServer api;

  @SuppressWarnings("NullAway.Init")
  KubernetesClient client;

  @SuppressWarnings("NullAway.Init")
  Cluster cluster;

  @SuppressWarnings("NullAway.Init")
  RunningOperator operator;

  @SuppressWarnings("NullAway.Init")
  Rank0 rank0;

  @BeforeEach
  void start() {
    api = ApiServer.get();
    client = api.client();
    cluster = new Cluster(client);
    rank0 = new Rank0();
    operator = new RunningOperator(api, cluster.namespace);
  }

  @AfterEach
  void stop() {
    if (operator != null) { // null when the API server's programs are missing
      operator.close();
      rank0.close();
      client.close();
    }
  }

  GrpoJob create(String yaml) {
    GrpoJob job = JobFile.parse("test", yaml);
    job.getMetadata().setNamespace(cluster.namespace);
    return client.resource(job).create();
  }

  GrpoJob job() {
    return client.resources(GrpoJob.class).inNamespace(cluster.namespace).withName("shapes").get();
  }

  GrpoJobStatus status() {
    GrpoJobStatus status = job().getStatus();
    return status == null ? GrpoJobStatus.empty() : status;
  }

  void change(Consumer<GrpoJob> change) {
    client
        .resources(GrpoJob.class)
        .inNamespace(cluster.namespace)
        .withName("shapes")
        .edit(
            job -> {
              change.accept(job);
              return job;
            });
  }

  /** A change of the user's, as a JSON merge patch. */
  void patch(String merge) {
    client
        .resources(GrpoJob.class)
        .inNamespace(cluster.namespace)
        .withName("shapes")
        .patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  /** Waits until the operator has made this Job. */
  Job jobNamed(String name) {
    return await(name).atMost(PATIENCE).until(() -> find(name), found -> found != null);
  }

  @Nullable Job find(String name) {
    return client.batch().v1().jobs().inNamespace(cluster.namespace).withName(name).get();
  }

  /** Waits until the operator has made this Job, and lets its pods run. */
  List<Pod> run(String name) {
    return cluster.run(jobNamed(name), rank0.port());
  }

  GrpoJobStatus waitUntil(Predicate<GrpoJobStatus> state) {
    return await().atMost(PATIENCE).until(this::status, state);
  }

  GrpoJobStatus waitFor(String condition) {
    return waitUntil(status -> Conditions.holds(status.conditions(), condition));
  }

  Condition condition(String type) {
    return Conditions.find(status().conditions(), type).orElseThrow();
  }

  List<String> events() {
    return client.events().v1().events().inNamespace(cluster.namespace).list().getItems().stream()
        .map(event -> event.getReason())
        .toList();
  }

  /** Nothing is written about the job for a while. */
  void assertQuiet() {
    String version = job().getMetadata().getResourceVersion();
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> assertThat(job().getMetadata().getResourceVersion()).isEqualTo(version));
  }
}

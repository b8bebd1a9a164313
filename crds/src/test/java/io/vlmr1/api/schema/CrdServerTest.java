package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.api.v1alpha1.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CRD on a real API server: what it takes, fills in, refuses, and keeps. */
class CrdServerTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String MINIMAL =
      """
      apiVersion: training.vlmr1.io/v1alpha1
      kind: GrpoJob
      metadata: {name: minimal, namespace: default}
      spec:
        model: {source: model}
        data: {datasets: [{name: train, path: train.jsonl}]}
      """;

  @SuppressWarnings("NullAway.Init")
  private static ApiServer server;

  @SuppressWarnings("NullAway.Init")
  private static KubernetesClient client;

  private final YAMLMapper yaml = new YAMLMapper();
  private final ObjectMapper json = new ObjectMapper();

  @BeforeAll
  static void start() {
    server = ApiServer.startOrSkip();
    client = server.client();
    client.resource(CrdYaml.definition()).create();
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("grpojobs.training.vlmr1.io")
        .waitUntilCondition(
            crd ->
                crd != null
                    && crd.getStatus() != null
                    && crd.getStatus().getConditions() != null // a new one has none yet
                    && crd.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established") && isTrue(c.getStatus())),
            30,
            TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static boolean isTrue(String status) {
    return status.equals("True");
  }

  @Test
  void theServerFillsInTheDefaultsOfTheTypes() throws Exception {
    GenericKubernetesResource stored = create(job());
    GrpoJob seen = client.resources(GrpoJob.class).withName(name(stored)).get();
    GrpoJob typed = JobFile.parse("minimal", MINIMAL);
    assertThat(seen.getSpec()).isEqualTo(typed.getSpec());
    JsonNode raw = json.valueToTree(stored.getAdditionalProperties()).path("spec");
    assertThat(raw.at("/grpo/sampling/temperature").doubleValue()).isEqualTo(1.0);
    assertThat(raw.at("/checkpoints/volume/accessModes/0").textValue()).isEqualTo("ReadWriteMany");
    assertThat(raw.at("/rewards")).hasSize(2);
    assertThat(raw.has("adapter")).isFalse();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec                        | null                 | spec: Required value",
        "/spec/model                  | null                 | spec.model: Required value",
        "/spec/model/source           | {a: 1} | spec.model.source",
        "/spec/data/datasets          | []                   | spec.data.datasets",
        "/spec/data/datasets/0/path   | null                 | spec.data.datasets[0].path",
        "/spec/data/task              | poetry               | supported values: \"default\"",
        "/spec/grpo                   | {generations: 1}     | spec.grpo.generations",
        "/spec/grpo                   | {beta: -1}           | spec.grpo.beta",
        "/spec/grpo                   | {loss: ppo}          | spec.grpo.loss",
        "/spec/grpo                   | {epsilon: many}      | must be of type number",
        "/spec/grpo                   | {generatons: 4}      | unknown field \"spec.grpo.generatons\"",
        "/spec/training               | {zeroStage: 4}       | spec.training.zeroStage",
        "/spec/workers                | {replicas: 0}        | spec.workers.replicas",
        "/spec/rewards                | []                   | spec.rewards",
        "/spec/rewards                | [{weight: 1}]        | spec.rewards[0].name",
        "/spec/rewards                | [{name: a},{name: a}] | Duplicate value",
        "/spec/evaluations            | [{name: A_b, dataset: {name: a, path: b}}] | spec.evaluations[0].name",
      })
  void whatDoesNotFitIsRefusedWithItsPath(String path, String value, String words)
      throws Exception {
    assertThatThrownBy(() -> create(with(job(), path, value)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/method                 | SFT",
        "/spec/model                  | {source: other}",
        "/spec/data/task              | rec",
        "/spec/grpo/beta              | 0.1",
        "/spec/optimizer/learningRate | 0.1",
        "/spec/training/seed          | 7",
        "/spec/adapter                | {rank: 8}",
        "/spec/checkpoints/retain     | false",
        "/spec/checkpoints/volume     | {size: 1Gi}",
      })
  void whatARunIsMadeOfCannotChange(String path, String value) throws Exception {
    GenericKubernetesResource stored = create(job());
    assertThatThrownBy(() -> update(with(json.valueToTree(stored), path, value)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("cannot change once the job exists");
  }

  @Test
  void anAdapterCannotBeTakenAway() throws Exception {
    GenericKubernetesResource stored = create(with(job(), "/spec/adapter", "{rank: 8}"));
    assertThatThrownBy(() -> update(with(json.valueToTree(stored), "/spec/adapter", "null")))
        .hasMessageContaining("adapter: cannot change");
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/suspend                    | true",
        "/spec/workers/replicas           | 4",
        "/spec/workers/resources          | {requests: {cpu: 1, memory: 2Gi}}",
        "/spec/restartPolicy/maxRestarts  | 9",
        "/spec/checkpoints/everySteps     | 5",
        "/spec/ttlSecondsAfterFinished    | 60",
        "/spec/evaluations | [{name: held-out, dataset: {name: a, path: b.jsonl}}]",
        "/spec/serving                    | {engine: vllm, image: i, replicas: 2}",
        "/spec/checkpoints/best           | {evaluation: a, metric: iou}",
      })
  void whatARunIsGivenMayChange(String path, String value) throws Exception {
    GenericKubernetesResource stored = create(job());
    GenericKubernetesResource changed = update(with(json.valueToTree(stored), path, value));
    assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void nullsAreTakenAsAbsent() throws Exception {
    GenericKubernetesResource stored =
        create(with(job(), "/spec/grpo", "{epsilonHigh: null, delta: null, beta: null}"));
    JsonNode grpo = json.valueToTree(stored.getAdditionalProperties()).at("/spec/grpo");
    assertThat(grpo.at("/beta").doubleValue()).isEqualTo(0.04);
    assertThat(grpo.has("epsilonHigh")).isFalse();
  }

  @Test
  void statusIsWrittenApartFromTheSpec() throws Exception {
    GenericKubernetesResource stored = create(job());
    GrpoJob job = client.resources(GrpoJob.class).withName(name(stored)).get();
    assertThat(job.getStatus()).isNull();
    GrpoJobStatus status =
        json.readValue("{\"phase\":\"Running\",\"step\":3}", GrpoJobStatus.class);
    job.setStatus(status);
    client.resource(job).updateStatus();
    GrpoJob seen = client.resources(GrpoJob.class).withName(name(stored)).get();
    assertThat(seen.getStatus()).isEqualTo(status);
    assertThat(seen.getStatus().phase()).isEqualTo(Phase.RUNNING);
    assertThat(seen.getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void everyExampleIsTaken() throws Exception {
    for (Path file : Examples.files("*.yaml")) {
      if (file.toString().contains("gitops")) {
        continue; // objects of Argo CD and Flux, whose definitions this server lacks
      }
      for (HasMetadata object : client.load(Files.newInputStream(file)).items()) {
        object.getMetadata().setNamespace("default");
        assertThat(client.resource(object).dryRun().fieldValidation(Validation.STRICT).create())
            .as(file + ": " + object.getKind())
            .isNotNull();
      }
    }
  }

  private ObjectNode job() throws Exception {
    ObjectNode job = (ObjectNode) yaml.readTree(MINIMAL);
    job.withObject("/metadata").put("name", "job-" + NUMBER.incrementAndGet());
    return job;
  }

  /** The same tree with the value, in YAML, at a JSON pointer; null removes. */
  private ObjectNode with(ObjectNode tree, String pointer, String value) throws Exception {
    int last = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) tree.at(pointer.substring(0, last));
    JsonNode node = yaml.readTree(value);
    parent.set(pointer.substring(last + 1), node);
    if (node.isNull()) {
      parent.remove(pointer.substring(last + 1));
    }
    return tree;
  }

  private GenericKubernetesResource create(ObjectNode tree) throws Exception {
    return client.resource(generic(tree)).fieldValidation(Validation.STRICT).create();
  }

  private GenericKubernetesResource update(ObjectNode tree) throws Exception {
    return client.resource(generic(tree)).fieldValidation(Validation.STRICT).update();
  }

  private GenericKubernetesResource generic(ObjectNode tree) throws Exception {
    return json.treeToValue(tree, GenericKubernetesResource.class);
  }

  private static String name(GenericKubernetesResource resource) {
    return resource.getMetadata().getName();
  }
}

package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.status.Conditions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two hundred resources that nobody should write: each is answered plainly, and others go on. */
class HostileTest extends ServerTest {
  private static final int COUNT = 200;
  private static final List<String> VALUES =
      List.of(
          "null",
          "-1",
          "0",
          "4294967296",
          "9223372036854775807",
          "1e400",
          "true",
          "\"\"",
          "[]",
          "{}",
          "\"\\u0000\"",
          "\"\\u202e\\ud83d\\ude00\"",
          "\"../../etc/passwd\"",
          "\"$(POD_NAME)\"",
          "\"{{ .Values }}\"",
          "[[]]",
          "[null]",
          "{\"a\":{\"b\":{}}}",
          "\"" + "x".repeat(70_000) + "\"",
          "\"a\\nb\"",
          "0.1",
          "\"NaN\"",
          "[1,\"a\"]");
  private static final List<String> TEMPLATES =
      List.of(
          "{hostNetwork: true}",
          "{hostPID: true}",
          "{serviceAccountName: admin}",
          "{volumes: [{name: h, hostPath: {path: /}}]}",
          "{nodeName: master}",
          "{containers: [{name: worker, securityContext: {privileged: true}}]}",
          "{containers: [{name: worker, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}",
          "{containers: 5}",
          "{containers: [{name: null}]}",
          "{securityContext: {runAsUser: 0}}",
          "{automountServiceAccountToken: true}",
          "{misspelt: true}",
          "{containers: [{name: worker, volumeMounts: [{name: nowhere, mountPath: /x}]}]}",
          "{containers: [{name: worker, resources: {limits: {cpu: lots}}}]}",
          "{initContainers: [{name: i}]}",
          "{dnsPolicy: Whatever}");

  private final YAMLMapper yaml = new YAMLMapper();
  private final Random chance = new Random(42);

  @Test
  void eachIsRefusedPlainlyOrRunsAndTheOperatorGoesOn() throws IOException {
    List<String> stored = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      String name = "hostile-" + i;
      Optional<String> words = send(name, i < TEMPLATES.size() ? template(i) : broken());
      if (words.isPresent()) {
        refused++;
        assertThat(words.get()).as(name).isNotBlank();
      } else {
        stored.add(name);
      }
    }
    assertThat(refused).as("by the schema").isBetween(COUNT / 4, COUNT - TEMPLATES.size());
    for (String name : stored) {
      answered(name);
    }
    for (int i = 0; i < TEMPLATES.size(); i++) {
      assertThat(answered("hostile-" + i).getStatus()).as(TEMPLATES.get(i)).isEqualTo("False");
      assertThat(find("hostile-" + i + "-1")).isNull();
    }
    create(JOB);
    run("shapes-1");
    waitFor(Conditions.RUNNING);
  }

  private Optional<String> send(String name, ObjectNode job) throws IOException {
    ((ObjectNode) job.path("metadata")).put("name", name).put("namespace", cluster.namespace);
    try {
      client
          .resource(yaml.treeToValue(job, GenericKubernetesResource.class))
          .inNamespace(cluster.namespace)
          .create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      assertThat(e.getCode()).as("%s: %s", name, e.getMessage()).isBetween(400, 499);
      return Optional.of(String.valueOf(e.getStatus().getMessage()));
    }
  }

  private Condition answered(String name) {
    Condition condition =
        await(name).atMost(PATIENCE.multipliedBy(3)).until(() -> accepted(name), c -> c != null);
    assertThat(condition.getMessage()).as(name).isNotBlank().doesNotContain("Exception", "java.");
    return condition;
  }

  private @Nullable Condition accepted(String name) {
    GrpoJob job =
        client.resources(GrpoJob.class).inNamespace(cluster.namespace).withName(name).get();
    return job.getStatus() == null
        ? null
        : Conditions.find(job.getStatus().conditions(), Conditions.ACCEPTED).orElse(null);
  }

  private ObjectNode template(int i) throws IOException {
    ObjectNode job = (ObjectNode) yaml.readTree(JOB);
    ((ObjectNode) job.at("/spec/workers"))
        .set("template", yaml.readTree("spec: " + TEMPLATES.get(i)));
    return job;
  }

  /** A good job with one to three places broken. */
  private ObjectNode broken() throws IOException {
    ObjectNode job = (ObjectNode) yaml.readTree(JOB);
    for (int i = 0; i <= chance.nextInt(3); i++) {
      damage((ObjectNode) job.path("spec"));
    }
    return job;
  }

  private void damage(ObjectNode node) throws IOException {
    List<String> fields = new ArrayList<>();
    node.fieldNames().forEachRemaining(fields::add);
    if (fields.isEmpty()) {
      return;
    }
    String field = fields.get(chance.nextInt(fields.size()));
    JsonNode child = node.get(field);
    if (chance.nextBoolean() && child instanceof ObjectNode deeper) {
      damage(deeper);
    } else if (chance.nextBoolean()
        && child instanceof ArrayNode list
        && list.path(0) instanceof ObjectNode first) {
      damage(first);
    } else {
      node.set(field, yaml.readTree(VALUES.get(chance.nextInt(VALUES.size()))));
    }
  }
}

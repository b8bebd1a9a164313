package io.vlmr1.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.status.Conditions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator with exactly the chart's rights: none is missing, and none is left over. */
class RightsTest extends ServerTest {
  private static final String USER = "system:serviceaccount:vlmr1:operator";
  private static final Path HELPERS =
      Path.of(
          System.getProperty("root.dir", ".."), "charts/vlm-r1-operator/templates/_helpers.tpl");

  private final Asked asked = new Asked();

  @BeforeEach
  @Override
  void start() {
    api = ApiServer.get();
    client = api.client();
    cluster = new Cluster(client);
    rank0 = new Rank0();
    api.installGangs();
    grant();
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(api.kubeconfig()))
            .withImpersonateUsername(USER)
            .build();
    operator =
        new RunningOperator(
            RunningOperator.client(config)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("asked", asked))
                .build(),
            cluster.namespace);
  }

  @Test
  void theChartGivesWhatTheOperatorAsksForAndNothingElse() {
    lifeWithFailuresAndAnEnd();
    aModelThatIsServedAndNoMore();
    aSecondOneThatLosesItsNodeAndItsJob();
    assertThat(asked.forbidden).as("asked for, and not given by the chart").isEmpty();
    Set<String> unused = given();
    unused.removeAll(asked.used);
    asked.used.stream() // server-side apply creates what is not there
        .filter(right -> right.startsWith("patch "))
        .map(right -> right.replace("patch ", "create "))
        .forEach(unused::remove);
    assertThat(unused).as("given by the chart, and never asked for").isEmpty();
  }

  private void lifeWithFailuresAndAnEnd() {
    create(
        JOB.replace("spec:\n", "spec:\n  ttlSecondsAfterFinished: 1\n")
            .replace(
                "workers: {replicas: 2}", "workers: {replicas: 1, scheduling: {gang: volcano}}")
            .replace("maxRestarts: 1", "maxRestarts: 2"));
    for (int attempt = 1; attempt <= 2; attempt++) {
      Pod pod = run("shapes-" + attempt).get(0);
      waitFor(Conditions.RUNNING);
      somebodyElseChangesWhatTheOperatorMade();
      cluster.end(pod.getMetadata().getName(), 1, "Error", "no luck");
      cluster.failed(jobNamed("shapes-" + attempt));
    }
    Pod pod = run("shapes-3").get(0);
    await().atMost(PATIENCE).until(() -> find("shapes-1") == null);
    cluster.end(pod.getMetadata().getName(), 0, "Completed", "");
    cluster.complete(jobNamed("shapes-3"));
    Pod evaluation = run("shapes-eval-held-out").get(0);
    cluster.end(evaluation.getMetadata().getName(), 0, "Completed", "");
    cluster.complete(jobNamed("shapes-eval-held-out"));
    await().atMost(PATIENCE).until(() -> job() == null);
    client.batch().v1().jobs().inNamespace(cluster.namespace).delete();
    client.pods().inNamespace(cluster.namespace).withGracePeriod(0).delete();
    collectGarbage();
  }

  /** There is no garbage collector here. */
  private void collectGarbage() {
    inNamespace(ConfigMap.class, "shapes-spec").delete();
    inNamespace(Service.class, "shapes-workers").delete();
    inNamespace(NetworkPolicy.class, "shapes-workers").delete();
    await().atMost(PATIENCE).until(() -> find("shapes-3") == null);
  }

  private void somebodyElseChangesWhatTheOperatorMade() {
    Resource<ConfigMap> spec = inNamespace(ConfigMap.class, "shapes-spec");
    Resource<Service> service = inNamespace(Service.class, "shapes-workers");
    Resource<NetworkPolicy> policy = inNamespace(NetworkPolicy.class, "shapes-workers");
    final Map<String, String> data = spec.get().getData();
    final int rules = policy.get().getSpec().getIngress().size();
    // patches without a version: the operator may be writing the same object
    PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
    spec.patch(merge, "{\"data\": {\"grpojob.yaml\": \"x\"}}");
    service.patch(merge, "{\"spec\": {\"publishNotReadyAddresses\": false}}");
    policy.patch(merge, "{\"spec\": {\"ingress\": null}}");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(spec.get().getData()).isEqualTo(data);
              assertThat(service.get().getSpec().getPublishNotReadyAddresses()).isTrue();
              assertThat(policy.get().getSpec().getIngress()).hasSize(rules);
            });
  }

  private <R extends HasMetadata> Resource<R> inNamespace(Class<R> kind, String name) {
    return client.resources(kind).inNamespace(cluster.namespace).withName(name);
  }

  private void aModelThatIsServedAndNoMore() {
    GrpoJob made =
        create(
            JOB.replace("workers: {replicas: 2}", "workers: {replicas: 1}")
                .replaceAll("(?s)  evaluations:.*", "  serving: {}\n"));
    Pod pod = run("shapes-1").get(0);
    cluster.end(pod.getMetadata().getName(), 0, "Completed", "");
    cluster.complete(jobNamed("shapes-1"));
    await().atMost(PATIENCE).until(() -> cluster.deployment("shapes-serving") != null);
    Resource<Deployment> served = inNamespace(Deployment.class, "shapes-serving");
    served.edit(one -> new DeploymentBuilder(one).editSpec().withReplicas(3).endSpec().build());
    await().atMost(PATIENCE).until(() -> served.get().getSpec().getReplicas() == 1);
    patch(UNSERVED);
    await().atMost(PATIENCE).until(() -> cluster.deployment("shapes-serving") == null);
    client.resource(made).delete();
    await().atMost(PATIENCE).until(() -> job() == null);
    client.batch().v1().jobs().inNamespace(cluster.namespace).delete();
    client.pods().inNamespace(cluster.namespace).withGracePeriod(0).delete();
    await().atMost(PATIENCE).until(() -> find("shapes-1") == null);
    collectGarbage();
  }

  private void aSecondOneThatLosesItsNodeAndItsJob() {
    create(
        JOB.replace(
                "workers: {replicas: 2}",
                "workers: {replicas: 1, scheduling: {gang: scheduler-plugins}}")
            .replace("maxRestarts: 1", "maxRestarts: 1, forceDeleteAfterSeconds: 0"));
    Pod pod = run("shapes-1").get(0);
    waitFor(Conditions.RUNNING);
    client.resource(pod).withGracePeriod(1).delete();
    client.batch().v1().jobs().inNamespace(cluster.namespace).withName("shapes-1").delete();
    jobNamed("shapes-2");
    GrpoJobStatus status = waitUntil(now -> Objects.equals(now.disruptions(), 1));
    assertThat(status.attempts()).hasSizeGreaterThan(1);
  }

  private void grant() {
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("operator")
                .withNamespace(cluster.namespace)
                .endMetadata()
                .withRules(rules())
                .build())
        .create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("operator")
                .withNamespace(cluster.namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "operator")
                .addNewSubject("rbac.authorization.k8s.io", "User", USER, null)
                .build())
        .create();
  }

  private static Set<String> given() {
    return rules().stream()
        .flatMap(
            rule ->
                rule.getResources().stream()
                    .flatMap(
                        resource ->
                            rule.getVerbs().stream()
                                .map(
                                    verb ->
                                        verb + " " + rule.getApiGroups().get(0) + "/" + resource)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The rules as the chart writes them, with everything in them that a value may leave out. */
  private static List<PolicyRule> rules() {
    try {
      String text = Files.readString(HELPERS);
      String from = "{{- define \"vlmr1.rules\" -}}";
      String rules = text.substring(text.indexOf(from) + from.length());
      String yaml =
          rules
              .lines()
              .takeWhile(line -> !line.startsWith("{{- define"))
              .filter(line -> !line.startsWith("{{"))
              .collect(Collectors.joining("\n"));
      return List.of(new YAMLMapper().readValue(yaml, PolicyRule[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

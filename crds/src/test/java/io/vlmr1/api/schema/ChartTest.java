package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart makes of its values. */
class ChartTest {
  private static final Path CI = GeneratedFile.of("charts/vlm-r1-operator/ci", "none").file();

  /** Names of the operator's own metrics, less the endings that Prometheus gives them. */
  private static final Pattern METRIC =
      Pattern.compile("(grpojobs?(?:_(?:attempts|restarts|finished|start))?)(?:_|\\{|\\b)");

  private final Helm helm = Helm.findOrSkip();

  @Test
  void theLinterHasNothingToSay() {
    assertThat(helm.run(0, "lint", "--strict")).contains("0 chart(s) failed");
  }

  @Test
  void valuesThatAreNotListedAreRefused() {
    assertThat(helm.run(1, "template", "r", "--set", "imagee.tag=1")).contains("imagee");
    assertThat(helm.run(1, "template", "r", "--set", "replicas=many")).contains("/replicas");
  }

  @Test
  void rightsAreThoseOfTheOperatorsWorkAndNoMore() {
    List<PolicyRule> rules = rules(objects(helm.template()));
    assertThat(rules).isNotEmpty();
    assertThat(rules)
        .allSatisfy(
            rule -> {
              assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
              assertThat(rule.getResources()).doesNotContain("*", "secrets", "pods/exec", "nodes");
              assertThat(rule.getApiGroups()).doesNotContain("*");
            });
  }

  @Test
  void listedNamespacesNeedNoClusterRoleForTheOperator() {
    List<HasMetadata> objects =
        objects(helm.template("watchNamespaces={a,b}", "rbac.aggregate=false"));
    assertThat(objects).extracting(HasMetadata::getKind).doesNotContain("ClusterRole");
    assertThat(of(Role.class, objects))
        .extracting(role -> role.getMetadata().getNamespace())
        .containsExactly("a", "b", "vlmr1");
    assertThat(environment(objects, "VLMR1_WATCH_NAMESPACES")).isEqualTo("a,b");
  }

  @Test
  void imagesAreTheValues() {
    List<HasMetadata> objects =
        objects(
            helm.template(
                "image.repository=r.example/o", "image.tag=v7", "trainer.image.repository=t"));
    assertThat(deployment(objects).getSpec().getTemplate().getSpec().getContainers().get(0))
        .satisfies(operator -> assertThat(operator.getImage()).isEqualTo("r.example/o:v7"));
    assertThat(environment(objects, "VLMR1_TRAINER_IMAGE")).startsWith("t:0.");
  }

  @Test
  void aServerTakesAllOfItAndThePodMeetsTheRestrictedStandard() {
    try (ApiServer server = ApiServer.startOrSkip()) {
      KubernetesClient client = server.client();
      client.resource(restricted("vlmr1")).create();
      List<HasMetadata> objects = install(client, "replicas=2", "javaOptions=-Xmx64m");
      PodBuilder pod =
          new PodBuilder()
              .withNewMetadata()
              .withName("operator")
              .withNamespace("vlmr1")
              .endMetadata()
              .withSpec(deployment(objects).getSpec().getTemplate().getSpec());
      assertThat(client.resource(pod.build()).dryRun().create()).isNotNull();
      Rights rights = new Rights(client, "system:serviceaccount:vlmr1:r-vlm-r1-operator");
      // the server hears of new roles a moment after they are stored
      await().untilAsserted(() -> assertThat(rights.of("team", "batch/jobs")).contains("create"));
      assertThat(rights.of("team", "training.vlmr1.io/grpojobs/status")).containsExactly("patch");
      assertThat(rights.of("team", "/pods/log")).containsExactly("get");
      assertThat(rights.of("team", "/secrets")).isEmpty();
      assertThat(rights.of("team", "coordination.k8s.io/leases")).isEmpty();
      assertThat(rights.of("vlmr1", "coordination.k8s.io/leases/r-vlm-r1-operator"))
          .contains("get", "create", "update");
    }
  }

  @Test
  void aListedNamespaceIsTheOnlyOneWithRights() {
    try (ApiServer server = ApiServer.startOrSkip()) {
      KubernetesClient client = server.client();
      Stream.of("vlmr1", "a").forEach(name -> client.resource(restricted(name)).create());
      install(client, "watchNamespaces={a}");
      Rights rights = new Rights(client, "system:serviceaccount:vlmr1:r-vlm-r1-operator");
      await()
          .untilAsserted(
              () -> assertThat(rights.of("a", "training.vlmr1.io/grpojobs")).contains("list"));
      assertThat(rights.of("vlmr1", "training.vlmr1.io/grpojobs")).isEmpty();
      assertThat(rights.of("b", "batch/jobs")).isEmpty();
    }
  }

  /**
   * Helm lints and renders each, and a server takes what it makes, but for kinds it does not know.
   */
  @Test
  void everyCombinationOfValuesInCiIsTaken() throws IOException {
    try (ApiServer server = ApiServer.startOrSkip();
        Stream<Path> files = Files.list(CI)) {
      KubernetesClient client = server.client();
      Stream.of("vlmr1", "team-a", "team-b")
          .forEach(name -> client.resource(restricted(name)).create());
      List<Path> all = files.sorted().toList();
      assertThat(all).hasSizeGreaterThan(3);
      for (Path values : all) {
        String file = values.toString();
        assertThat(helm.run(0, "lint", "--strict", "-f", file)).contains("0 chart(s) failed");
        String yaml = helm.run(0, "template", "r", "--namespace", "vlmr1", "-f", file);
        for (HasMetadata object : objects(yaml)) {
          if (!object.getApiVersion().startsWith("monitoring.coreos.com/")) {
            assertThat(client.resource(object).dryRun().fieldValidation(Validation.STRICT).create())
                .as("%s: %s", values.getFileName(), object.getKind())
                .isNotNull();
          }
        }
      }
    }
  }

  @Test
  void theDashboardIsJsonAndAsksForNumbersThatTheOperatorHas() throws IOException {
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(CI.resolveSibling("dashboards").resolve("vlm-r1-operator.json").toFile());
    assertThat(dashboard.path("panels")).isNotEmpty();
    String metrics = Files.readString(CI.resolveSibling("../../docs/operations.md").normalize());
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(panel.path("targets")).as(panel.path("title").asText()).isNotEmpty();
      for (JsonNode target : panel.path("targets")) {
        Matcher name = METRIC.matcher(target.path("expr").asText());
        while (name.find()) {
          assertThat(metrics).as(target.path("expr").asText()).contains(name.group(1));
        }
      }
    }
  }

  private List<HasMetadata> install(KubernetesClient client, String... sets) {
    List<HasMetadata> objects = objects(helm.template(sets));
    for (HasMetadata object : objects) {
      assertThat(client.resource(object).fieldValidation(Validation.STRICT).create())
          .as(object.getKind())
          .isNotNull();
    }
    return objects;
  }

  private static Namespace restricted(String name) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .endMetadata()
        .build();
  }

  private static List<HasMetadata> objects(String yaml) {
    KubernetesSerialization kubernetes = new KubernetesSerialization();
    return Arrays.stream(yaml.split("(?m)^---$", -1))
        .filter(part -> part.contains("kind:"))
        .map(part -> (HasMetadata) kubernetes.unmarshal(part))
        .toList();
  }

  private static List<PolicyRule> rules(List<HasMetadata> objects) {
    List<PolicyRule> rules = new ArrayList<>();
    of(ClusterRole.class, objects).forEach(role -> rules.addAll(role.getRules()));
    of(Role.class, objects).forEach(role -> rules.addAll(role.getRules()));
    return rules;
  }

  private static Deployment deployment(List<HasMetadata> objects) {
    return of(Deployment.class, objects).findFirst().orElseThrow();
  }

  private static String environment(List<HasMetadata> objects, String name) {
    return deployment(objects)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .getEnv()
        .stream()
        .filter(variable -> variable.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static <T> Stream<T> of(Class<T> type, List<HasMetadata> objects) {
    return objects.stream().filter(type::isInstance).map(type::cast);
  }
}

package io.vlmr1.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.rules.JobRules;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed CRD against the types. */
class CrdTest {
  private static final GeneratedFile COMMITTED =
      GeneratedFile.of(
          "charts/vlm-r1-operator/crds/grpojobs.training.vlmr1.io-v1.yml", "crd.update");

  private final ObjectMapper mapper = new ObjectMapper();
  private final CustomResourceDefinitionVersion version =
      CrdYaml.definition().getSpec().getVersions().get(0);
  private final JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();

  @Test
  void theCommittedFileIsWhatTheTypesMake() {
    COMMITTED.mustBe(CrdYaml.yaml());
  }

  @Test
  void everyDefaultOfTheTypesIsADefaultOfTheCrd() throws Exception {
    JsonNode spec = mapper.valueToTree(mapper.readValue("{}", GrpoJobSpec.class));
    List<String> differences = new ArrayList<>();
    compare("spec", spec, CrdYaml.at(root, "spec"), differences);
    assertThat(differences).isEmpty();
  }

  @Test
  void everyDefaultOfTheCrdIsADefaultOfTheTypes() throws Exception {
    JsonNode typed = mapper.valueToTree(mapper.readValue(minimal(), GrpoJobSpec.class));
    JsonNode defaulted = mapper.readTree(minimal());
    Defaulting.apply(defaulted, CrdYaml.at(root, "spec"));
    assertThat(mapper.valueToTree(mapper.treeToValue(defaulted, GrpoJobSpec.class)).toString())
        .isEqualTo(typed.toString());
  }

  @Test
  void everyFieldIsDescribed() {
    List<String> silent = new ArrayList<>();
    root.getProperties().forEach((name, schema) -> silent(name, schema, silent));
    assertThat(silent).containsExactly("spec", "status");
  }

  @Test
  void columnsTellTheStoryInOrder() {
    assertThat(version.getAdditionalPrinterColumns())
        .extracting(column -> column.getName() + (column.getPriority() == 0 ? "" : " (wide)"))
        .containsExactly(
            "PHASE", "STEP", "REWARD", "WORKERS", "RESTARTS", "AGE", "ETA (wide)", "MODEL (wide)");
    assertThat(version.getSubresources().getStatus()).isNotNull();
    assertThat(new GrpoJob().getCRDName()).isEqualTo("grpojobs.training.vlmr1.io");
  }

  @Test
  void whatIsRefusedYetSaysSoInItsDescription() {
    GrpoJob eager =
        JobFile.parse(
            "eager",
            """
            apiVersion: training.vlmr1.io/v1alpha1
            kind: GrpoJob
            metadata: {name: eager}
            spec:
              model: {source: m}
              data:
                datasets: [{name: a, path: b}]
              adapter: {dora: true}
            """);
    List<String> refused = JobRules.problems(eager).stream().map(Problem::path).toList();
    assertThat(refused).hasSize(1);
    assertThat(refused)
        .allSatisfy(path -> assertThat(description(path)).contains("not supported yet"));
  }

  private String description(String path) {
    return String.valueOf(CrdYaml.at(root, path.replace("[0]", "")).getDescription());
  }

  private static String minimal() {
    return """
    {"model": {"source": "m"}, "adapter": {}, "serving": {},
     "data": {"datasets": [{"name": "a", "path": "a.jsonl"}], "volume": {"claimName": "c"}},
     "workers": {"device": {"resource": "nvidia.com/gpu"}, "scheduling": {}},
     "checkpoints": {"best": {}},
     "evaluations": [{"name": "e", "dataset": {"name": "a", "path": "a.jsonl"}, "server": {}}]}
    """;
  }

  /** What the types fill in must stand in the schema; required fields and empty lists need not. */
  private void compare(
      String path, JsonNode typed, JSONSchemaProps schema, List<String> differences) {
    typed
        .properties()
        .forEach(
            field -> {
              String at = path + "." + field.getKey();
              JSONSchemaProps property = schema.getProperties().get(field.getKey());
              if (property == null) {
                differences.add(at + " is not in the CRD");
              } else if (field.getValue().isObject() && property.getDefault() != null) {
                compare(at, field.getValue(), property, differences);
              } else if (!field.getValue().isEmpty() || field.getValue().isValueNode()) {
                JsonNode stated = property.getDefault();
                boolean required = schema.getRequired().contains(field.getKey());
                if (!required && !same(field.getValue(), stated)) {
                  differences.add(at + " is " + field.getValue() + ", in the CRD " + stated);
                }
              }
            });
  }

  private static boolean same(JsonNode typed, JsonNode stated) {
    return (typed.isNumber() && stated != null)
        ? typed.doubleValue() == stated.doubleValue()
        : typed.equals(stated);
  }

  private static void silent(String path, JSONSchemaProps schema, List<String> silent) {
    boolean ours = !path.matches(".*\\.(resources|env|tolerations|conditions)\\..*");
    if (ours && schema.getDescription() == null) {
      silent.add(path);
    }
    schema.getProperties().forEach((name, child) -> silent(path + "." + name, child, silent));
    if (schema.getItems() != null) {
      schema
          .getItems()
          .getSchema()
          .getProperties()
          .forEach((name, child) -> silent(path + "." + name, child, silent));
    }
  }
}

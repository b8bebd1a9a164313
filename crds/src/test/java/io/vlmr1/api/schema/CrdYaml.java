package io.vlmr1.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.AbstractCRDOutput;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The GrpoJob's CustomResourceDefinition: Fabric8's generator, and what it cannot say. */
final class CrdYaml {
  private static final List<String> COLUMNS =
      List.of("PHASE", "STEP", "REWARD", "WORKERS", "RESTARTS", "AGE", "ETA", "MODEL");

  /** Lists whose elements are told apart by a field, so that two owners may each apply theirs. */
  private static final Map<String, String> LIST_KEYS =
      Map.ofEntries(
          Map.entry("spec.data.datasets", "name"),
          Map.entry("spec.data.validation", "name"),
          Map.entry("spec.rewards", "name"),
          Map.entry("spec.evaluations", "name"),
          Map.entry("spec.evaluations.server.env", "name"),
          Map.entry("spec.serving.env", "name"),
          Map.entry("spec.workers.env", "name"),
          Map.entry("spec.workers.resourceClaims", "name"),
          Map.entry("status.conditions", "type"),
          Map.entry("status.evaluations", "name"),
          Map.entry("status.evaluations.checkpoints", "checkpoint"),
          Map.entry("status.attempts", "number"));

  /** Integers of 64 bits, as the API server stores them. */
  private static final Set<String> LONG = Set.of("seed", "observedGeneration", "tolerationSeconds");

  private static final String HEADER =
      "# Made from crds/src/main/java; rewrite with: mvn -pl crds -am test -Dcrd.update\n";

  private CrdYaml() {}

  static String yaml() {
    try {
      ObjectMapper plain = new ObjectMapper();
      JsonNode tree = plain.readTree(new KubernetesSerialization().asJson(definition()));
      return HEADER
          + YAMLMapper.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .build()
              .writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CustomResourceDefinition definition() {
    Captured captured = new Captured();
    new CRDGenerator()
        .customResourceClasses(GrpoJob.class)
        .forCRDVersions("v1")
        .withOutput(captured)
        .detailedGenerate();
    CustomResourceDefinition definition =
        new KubernetesSerialization().unmarshal(captured.yaml(), CustomResourceDefinition.class);
    definition.getSpec().getNames().setCategories(List.of("all", "vlmr1"));
    CustomResourceDefinitionVersion version = definition.getSpec().getVersions().get(0);
    version
        .getAdditionalPrinterColumns()
        .sort(
            Comparator.comparingInt(
                (CustomResourceColumnDefinition column) -> COLUMNS.indexOf(column.getName())));
    complete(version.getSchema().getOpenAPIV3Schema());
    return definition;
  }

  private static void complete(JSONSchemaProps root) {
    root.setDescription(
        "One training of a vision-language model, from its data to its evaluation.");
    root.setRequired(List.of("spec"));
    at(root, "spec.workers.template").setType("object");
    at(root, "status.conditions")
        .getItems()
        .getSchema()
        .setRequired(List.of("type", "status", "lastTransitionTime", "reason", "message"));
    LIST_KEYS.forEach((path, key) -> keyed(at(root, path), key));
    everywhere(root);
  }

  private static void keyed(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
    JSONSchemaProps item = list.getItems().getSchema();
    if (!item.getRequired().contains(key)) {
      List<String> required = new ArrayList<>(item.getRequired());
      required.add(key);
      item.setRequired(required);
    }
  }

  private static void everywhere(JSONSchemaProps schema) {
    // the generator lists rules of a record's component twice: for its field and for its accessor
    schema.setXKubernetesValidations(
        new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    if (schema.getDefault() instanceof ObjectNode whole) {
      whole.removeAll(); // the fields' own defaults fill it in
    }
    schema.getProperties().forEach(CrdYaml::readable);
    schema.getProperties().values().forEach(CrdYaml::everywhere);
    if (schema.getItems() != null) {
      everywhere(schema.getItems().getSchema());
    }
  }

  /** A stored number that the types cannot hold would end the operator's watch of all jobs. */
  private static void readable(String name, JSONSchemaProps field) {
    if ("integer".equals(field.getType()) && !LONG.contains(name)) {
      field.setMaximum(Objects.requireNonNullElse(field.getMaximum(), (double) Integer.MAX_VALUE));
      field.setMinimum(Objects.requireNonNullElse(field.getMinimum(), (double) Integer.MIN_VALUE));
    }
  }

  /** The schema of a field, for example spec.grpo. */
  static JSONSchemaProps at(JSONSchemaProps root, String path) {
    JSONSchemaProps schema = root;
    for (String field : path.split("\\.", -1)) {
      schema = schema.getItems() == null ? schema : schema.getItems().getSchema();
      schema =
          Objects.requireNonNull(schema.getProperties().get(field), path + " is not in the CRD");
    }
    return schema;
  }

  /** Keeps the one generated file in memory. */
  private static final class Captured extends AbstractCRDOutput<ByteArrayOutputStream> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    protected ByteArrayOutputStream createStreamFor(String name) {
      return bytes;
    }

    String yaml() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}

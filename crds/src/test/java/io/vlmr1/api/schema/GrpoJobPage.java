package io.vlmr1.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * docs/reference/grpojob.md: every field in the order of the types, with what the CRD says of it.
 */
final class GrpoJobPage {
  private static final String HEAD =
      """
      # GrpoJob

      `apiVersion: training.vlmr1.io/v1alpha1`, `kind: GrpoJob`, short name `grpo`. Made from the types in `crds`;
      rewrite with `mvn -pl crds -am test -Ddocs.update`.

      *required*: has no default. *fixed*: cannot change once the job exists. Without a default, a field that is left out
      means what its description says. `vlmr1 validate -f FILE` and the condition `Accepted` list everything that does not fit.
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  private GrpoJobPage() {}

  static String markdown() {
    JSONSchemaProps root =
        CrdYaml.definition().getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    GrpoJobPage page = new GrpoJobPage();
    page.section("spec", GrpoJobSpec.class, CrdYaml.at(root, "spec"));
    page.section("status", GrpoJobStatus.class, CrdYaml.at(root, "status"));
    return page.page.toString();
  }

  private void section(String path, Class<?> type, JSONSchemaProps schema) {
    page.append("\n## ").append(path).append("\n\n");
    page.append("| field | type | default | |\n| --- | --- | --- | --- |\n");
    List<Runnable> inner = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      JSONSchemaProps field = CrdYaml.at(schema, name);
      page.append(row(name, field, schema));
      Class<?> element = record(component.getGenericType());
      if (element != null) {
        JSONSchemaProps content = field.getItems() == null ? field : field.getItems().getSchema();
        String at = path + "." + name + (field.getItems() == null ? "" : "[]");
        inner.add(() -> section(at, element, content));
      }
    }
    inner.forEach(Runnable::run);
  }

  private static String row(String name, JSONSchemaProps field, JSONSchemaProps owner) {
    String absent = owner.getRequired().contains(name) ? "*required*" : "";
    boolean fixed =
        field.getXKubernetesValidations().stream()
            .anyMatch(rule -> rule.getRule().equals("self == oldSelf"));
    return String.format(
        "| `%s` | %s | %s | %s%s |%n",
        name,
        type(field),
        field.getDefault() == null ? absent : shown(field.getDefault()),
        field.getDescription() == null ? "" : field.getDescription().replace("|", "\\|"),
        fixed || name.equals("adapter") ? " · *fixed*" : "");
  }

  private static String shown(JsonNode value) {
    return value.isObject() ? "" : "`" + value.toString().replace("\"", "") + "`";
  }

  private static String type(JSONSchemaProps field) {
    if (!field.getEnum().isEmpty()) {
      return field.getEnum().stream()
          .map(word -> "`" + word.textValue() + "`")
          .collect(Collectors.joining(", "));
    }
    if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) {
      return "quantity";
    }
    if (field.getItems() != null) {
      return "list" + key(field);
    }
    return field.getType() + range(field);
  }

  private static String key(JSONSchemaProps field) {
    return field.getXKubernetesListMapKeys().isEmpty()
        ? ""
        : " by " + String.join(", ", field.getXKubernetesListMapKeys());
  }

  private static String range(JSONSchemaProps field) {
    List<String> bounds = new ArrayList<>();
    if (field.getMinimum() != null && field.getMinimum() > Integer.MIN_VALUE) {
      bounds.add((isTrue(field.getExclusiveMinimum()) ? "> " : "≥ ") + plain(field.getMinimum()));
    }
    if (field.getMaximum() != null && field.getMaximum() < Integer.MAX_VALUE) {
      bounds.add((isTrue(field.getExclusiveMaximum()) ? "< " : "≤ ") + plain(field.getMaximum()));
    }
    return bounds.isEmpty() ? "" : " " + String.join(", ", bounds);
  }

  private static boolean isTrue(@Nullable Boolean value) {
    return Boolean.TRUE.equals(value);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The record of ours that a component or its elements are; null for anything else. */
  private static @Nullable Class<?> record(Type type) {
    Type element = type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type;
    return element instanceof Class<?> found && found.isRecord() ? found : null;
  }
}

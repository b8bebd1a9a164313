package io.vlmr1.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;

/**
 * Fills in a schema's defaults as an API server does: absent fields, then inside what was filled.
 */
final class Defaulting {
  private Defaulting() {}

  static void apply(JsonNode value, JSONSchemaProps schema) {
    if (value instanceof ObjectNode object) {
      schema
          .getProperties()
          .forEach(
              (name, property) -> {
                if (!object.hasNonNull(name) && property.getDefault() != null) {
                  object.set(name, property.getDefault().deepCopy());
                }
                if (object.has(name)) {
                  apply(object.get(name), property);
                }
              });
    } else if (value.isArray() && schema.getItems() != null) {
      value.forEach(element -> apply(element, schema.getItems().getSchema()));
    }
  }
}

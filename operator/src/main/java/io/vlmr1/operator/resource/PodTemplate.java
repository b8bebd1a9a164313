package io.vlmr1.operator.resource;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pod template of a spec, laid over the one that the operator makes. */
final class PodTemplate {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY);

  private PodTemplate() {}

  /**
   * The built template with the user's over it; containers that the user adds get the operator's
   * security context unless they bring one.
   *
   * @throws IllegalArgumentException when the result is no pod template
   */
  static PodTemplateSpec merged(PodTemplateSpec built, @Nullable JsonNode template) {
    if (!(template instanceof ObjectNode patch)) {
      return built;
    }
    ObjectNode base = MAPPER.valueToTree(built);
    PodTemplateSpec merged =
        MAPPER.convertValue(StrategicMerge.of(base, patch), PodTemplateSpec.class);
    secured(merged.getSpec().getContainers());
    secured(merged.getSpec().getInitContainers());
    return merged;
  }

  private static void secured(List<Container> containers) {
    for (Container container : containers) {
      if (container.getSecurityContext() == null) {
        container.setSecurityContext(
            new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build());
      }
    }
  }
}

package io.vlmr1.operator.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Leaves out who has set which field last: half of what a pod's events are made of, of which
 * nothing here is decided, would be read, kept in memory and collected again.
 */
@Singleton
public final class WithoutManagedFields implements KubernetesClientObjectMapperCustomizer {
  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ObjectMeta.class, Trimmed.class);
  }

  @JsonIgnoreProperties("managedFields")
  private abstract static class Trimmed {}
}

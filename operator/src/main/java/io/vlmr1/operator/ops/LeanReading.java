package io.vlmr1.operator.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.JsonParserSequence;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import io.vlmr1.api.v1alpha1.GrpoJob;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reads of pods and Jobs only what decisions are made from: who has set which field last, volumes,
 * environments and templates are most of what they are made of, and would be kept in memory. What a
 * watch tells is read as it comes, where the client would make a tree of each event first.
 */
@Singleton
public final class LeanReading implements KubernetesClientObjectMapperCustomizer {
  /** What is watched, by kind. */
  private static final Map<String, Class<? extends KubernetesResource>> WATCHED =
      Map.of(
          "v1/Pod",
          Pod.class,
          "v1/ConfigMap",
          ConfigMap.class,
          "v1/Service",
          Service.class,
          "batch/v1/Job",
          Job.class,
          "apps/v1/Deployment",
          Deployment.class,
          "networking.k8s.io/v1/NetworkPolicy",
          NetworkPolicy.class,
          GrpoJob.API_VERSION + "/" + GrpoJob.KIND,
          GrpoJob.class);

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ObjectMeta.class, OfObject.class);
    mapper.addMixIn(JobSpec.class, OfJob.class);
    mapper.addMixIn(Pod.class, OfPod.class);
    mapper.addMixIn(WatchEvent.class, OfWatch.class);
  }

  @JsonIgnoreProperties("managedFields")
  private abstract static class OfObject {}

  @JsonIgnoreProperties(value = "template", allowGetters = true) // written it is
  private abstract static class OfJob {}

  interface OfPod {
    @JsonDeserialize(as = SeenSpec.class)
    void setSpec(PodSpec spec);
  }

  interface OfWatch {
    @JsonDeserialize(using = AsItComes.class)
    void setObject(Object object);
  }

  /** Of a pod that was read: its node, and the ports of its containers. */
  @JsonIncludeProperties({"nodeName", "containers"})
  static final class SeenSpec extends PodSpec {
    private static final long serialVersionUID = 1L;

    @Override
    @JsonDeserialize(contentAs = SeenContainer.class)
    public void setContainers(List<Container> containers) {
      super.setContainers(containers);
    }
  }

  /** A container of a pod that was read. */
  @JsonIncludeProperties({"name", "ports"})
  static final class SeenContainer extends Container {
    private static final long serialVersionUID = 1L;
  }

  /** The API server tells an object's version and kind before anything else of it. */
  static final class AsItComes extends JsonDeserializer<Object> {
    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try (TokenBuffer head = context.bufferForInputBuffering(parser)) {
        head.writeStartObject();
        String kind = "";
        String version = "";
        String field = parser.nextFieldName();
        while ("kind".equals(field) || "apiVersion".equals(field)) {
          String value = parser.nextTextValue();
          head.writeStringField(field, value);
          kind = field.equals("kind") ? value : kind;
          version = field.equals("apiVersion") ? value : version;
          field = parser.nextFieldName();
        }
        JsonParser whole = JsonParserSequence.createFlattened(true, head.asParser(parser), parser);
        whole.nextToken();
        return context.readValue(
            whole, WATCHED.getOrDefault(version + "/" + kind, KubernetesResource.class));
      }
    }
  }
}

package io.vlmr1.operator.resource;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.HubSpec;
import io.vlmr1.api.v1alpha1.ServerSpec;
import io.vlmr1.api.v1alpha1.WorkersSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a GrpoJob asks of its pods stays within the administrator's policy: who may create
 * GrpoJobs must not gain what only an administrator has.
 */
public final class PodSafety {
  private static final String TEMPLATE = "spec.workers.template";

  private final PodPolicy policy;
  private final List<Problem> problems = new ArrayList<>();

  private PodSafety(PodPolicy policy) {
    this.policy = policy;
  }

  /** All that goes beyond the policy; empty when the pods may be made. Never throws. */
  public static List<Problem> problems(GrpoJob job, PodDefaults defaults) {
    PodSafety safety = new PodSafety(defaults.policy());
    WorkersSpec workers = job.getSpec().workers();
    safety.serviceAccount("spec.workers.serviceAccountName", workers.serviceAccountName());
    safety.environment("spec.workers.env", workers.env());
    safety.servers(job.getSpec());
    HubSpec hub = job.getSpec().model().hub();
    if (hub != null && hub.token() != null) {
      safety.secret("spec.model.hub.token.name", hub.token().name());
    }
    if (workers.template() != null) {
      safety.template(job, workers.template(), defaults);
    }
    return List.copyOf(safety.problems);
  }

  private void template(GrpoJob job, JsonNode template, PodDefaults defaults) {
    if (!(template instanceof ObjectNode patch)) {
      add(TEMPLATE, template + " is no pod template", "write metadata and spec as in a Pod");
      return;
    }
    patch
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!Set.of("metadata", "spec").contains(name)) {
                add(TEMPLATE + "." + name, "not part of a pod template", "remove it");
              }
            });
    own(patch);
    try {
      Map<String, String> labels = Labels.ofAttempt(job, 1);
      PodTemplateSpec merged =
          PodTemplate.merged(WorkerPod.of(job, defaults, labels, List.of()), patch);
      problems.addAll(new PodLimits(TEMPLATE, defaults).problems(merged.getSpec()));
    } catch (IllegalArgumentException | NullPointerException | ClassCastException e) {
      add(TEMPLATE + misfit(e), "does not fit a pod template", "write it as in a Pod");
    }
  }

  /** What the operator's own work hangs on stays as it is. */
  private void own(ObjectNode patch) {
    for (String field :
        List.of("name", "namespace", "generateName", "ownerReferences", "finalizers")) {
      if (patch.path("metadata").has(field)) {
        add(TEMPLATE + ".metadata." + field, "set by the operator", "remove it");
      }
    }
    patch
        .path("metadata")
        .path("labels")
        .fieldNames()
        .forEachRemaining(
            label -> {
              if (Labels.isOwn(label)) {
                add(
                    TEMPLATE + ".metadata.labels[" + label + "]",
                    "set by the operator",
                    "remove it");
              }
            });
    JsonNode spec = patch.path("spec");
    for (String field :
        List.of(
            "restartPolicy",
            "subdomain",
            "hostname",
            "setHostnameAsFQDN",
            "nodeName",
            "ephemeralContainers",
            "serviceAccount",
            "activeDeadlineSeconds",
            StrategicMerge.DIRECTIVE)) {
      if (spec.has(field)) {
        add(TEMPLATE + ".spec." + field, "not for a template to decide", "remove it");
      }
    }
    for (JsonNode container : spec.path("containers")) {
      if (Names.CONTAINER.equals(container.path("name").asText())) {
        worker(container);
      }
    }
  }

  private void worker(JsonNode container) {
    String path = TEMPLATE + ".spec.containers[" + Names.CONTAINER + "]";
    for (String field :
        List.of("terminationMessagePath", "terminationMessagePolicy", StrategicMerge.DIRECTIVE)) {
      if (container.has(field)) {
        add(path + "." + field, "not for a template to decide", "remove it");
      }
    }
    for (JsonNode variable : container.path("env")) {
      String name = variable.path("name").asText();
      if (WorkerVariables.OWN.contains(name) || name.startsWith("VLMR1_")) {
        add(path + ".env[" + name + "]", "set by the operator", "remove it");
      }
    }
  }

  private void serviceAccount(String path, @Nullable String name) {
    if (name != null && !name.equals("default") && !policy.serviceAccount(name)) {
      add(
          path,
          '"' + name + "\" is not allowed by this installation",
          "remove it, or have it added to policy.serviceAccounts of the chart");
    }
  }

  private void servers(GrpoJobSpec spec) {
    for (int i = 0; i < spec.evaluations().size(); i++) {
      ServerSpec server = spec.evaluations().get(i).server();
      if (server != null) {
        environment("spec.evaluations[" + i + "].server.env", server.env());
      }
    }
    if (spec.serving() != null) {
      environment("spec.serving.env", spec.serving().env());
    }
  }

  private void environment(String path, List<EnvVar> env) {
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).getValueFrom() != null
          && env.get(i).getValueFrom().getSecretKeyRef() != null) {
        secret(
            path + "[" + i + "].valueFrom.secretKeyRef",
            env.get(i).getValueFrom().getSecretKeyRef().getName());
      }
    }
  }

  private void secret(String path, @Nullable String name) {
    if (name != null && !policy.secret(name)) {
      add(
          path,
          "Secret \"" + name + "\" is not allowed by this installation",
          "use another one, or have it added to policy.secrets of the chart");
    }
  }

  private void add(String path, String found, String remedy) {
    problems.add(new Problem(path, found, remedy));
  }

  /** Where in the template: `.spec.containers[0].name`; "" when that is not known. */
  private static String misfit(RuntimeException e) {
    if (!(e.getCause() instanceof JsonMappingException misfit)) {
      return "";
    }
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : misfit.getPath()) {
      String field = step.getFieldName();
      place.append(field == null ? "[" + step.getIndex() + "]" : "." + field);
    }
    return place.toString();
  }
}

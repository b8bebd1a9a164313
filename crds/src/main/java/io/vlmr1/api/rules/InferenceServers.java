package io.vlmr1.api.rules;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.vlmr1.api.v1alpha1.Engine;
import io.vlmr1.api.v1alpha1.Evaluation;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.GrpoJobSpec;
import io.vlmr1.api.v1alpha1.ServerSpec;
import io.vlmr1.api.v1alpha1.ServingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An inference server can be started, and can serve what is trained. */
final class InferenceServers implements Rule {
  private static final String MODEL = "{model}";

  @Override
  public List<Problem> problems(GrpoJob job) {
    GrpoJobSpec spec = job.getSpec();
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < spec.evaluations().size(); i++) {
      Evaluation evaluation = spec.evaluations().get(i);
      String path = "spec.evaluations[" + i + "]";
      ServerSpec server = evaluation.server();
      if (evaluation.engine() != Engine.OWN) {
        engine(path, evaluation.engine(), spec, problems);
        server(
            path + ".server",
            evaluation.engine(),
            Objects.requireNonNullElseGet(server, ServerSpec::defaults),
            problems);
      } else if (server != null) {
        problems.add(
            new Problem(
                path + ".server",
                "without effect: the trainer's own engine answers",
                "set engine to the server's kind, or remove it"));
      }
    }
    ServingSpec serving = spec.serving();
    if (serving != null) {
      engine("spec.serving", serving.engine(), spec, problems);
      server("spec.serving", serving.engine(), serving.asServer(), problems);
    }
    return problems;
  }

  /** What only our own engine and vLLM can be told. */
  private static void engine(String path, Engine engine, GrpoJobSpec spec, List<Problem> problems) {
    boolean plain =
        switch (engine) {
          case SERVER, XLLM -> true;
          case OWN, VLLM, VLLM_ASCEND -> false;
        };
    if (plain && spec.adapter() != null) {
      problems.add(
          new Problem(
              path + ".engine",
              "starts a server without the adapter that is trained",
              "use own, vllm or vllm-ascend"));
    }
    if (plain && (spec.model().minPixels() != null || spec.model().maxPixels() != null)) {
      problems.add(
          new Problem(
              path + ".engine",
              "starts a server that does not know spec.model.minPixels and maxPixels",
              "use own, vllm or vllm-ascend, or write both into preprocessor_config.json"));
    }
  }

  private static void server(
      String path, Engine engine, ServerSpec server, List<Problem> problems) {
    if (engine != Engine.OWN && (server.image() == null || server.image().isBlank())) {
      problems.add(new Problem(path + ".image", "absent", "name an image of the server"));
    }
    if (engine == Engine.SERVER && server.args().stream().noneMatch(a -> a.contains(MODEL))) {
      problems.add(
          new Problem(
              path + ".args",
              "without " + MODEL,
              "write " + MODEL + " where the server wants the model's folder"));
    }
    WorkerPods.extended(path, server.device(), problems);
    ResourceRequirements resources = server.resources();
    if (resources != null) {
      amounts(path + ".resources.requests", resources.getRequests(), problems);
      amounts(path + ".resources.limits", resources.getLimits(), problems);
      WorkerPods.withinLimits(path, resources, problems);
    }
    if (server.sharedMemory() != null) {
      Quantities.check(path + ".sharedMemory", server.sharedMemory(), problems);
    }
    for (int i = 0; i < server.env().size(); i++) {
      EnvVar variable = server.env().get(i);
      if (variable.getName() == null || variable.getName().isEmpty()) {
        problems.add(new Problem(path + ".env[" + i + "].name", "absent", "set it"));
      }
    }
  }

  private static void amounts(
      String path, @Nullable Map<String, Quantity> amounts, List<Problem> problems) {
    if (amounts != null) {
      amounts.forEach(
          (resource, amount) -> Quantities.check(path + "[" + resource + "]", amount, problems));
    }
  }
}

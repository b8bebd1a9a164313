package io.vlmr1.api.rules;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.vlmr1.api.contract.WorkerEnvironment;
import io.vlmr1.api.v1alpha1.DeviceSpec;
import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.api.v1alpha1.WorkersSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the worker pods ask for can be asked for, and their environment keeps the contract's names.
 */
final class WorkerPods implements Rule {
  private static final String PATH = "spec.workers";
  private static final Set<String> OURS =
      Set.of(
          WorkerEnvironment.MASTER_ADDR,
          WorkerEnvironment.MASTER_PORT,
          WorkerEnvironment.WORLD_SIZE,
          WorkerEnvironment.NODE_RANK,
          WorkerEnvironment.NPROC_PER_NODE,
          WorkerEnvironment.LOCAL_RANK,
          WorkerEnvironment.RANK);

  @Override
  public List<Problem> problems(GrpoJob job) {
    WorkersSpec workers = job.getSpec().workers();
    List<Problem> problems = new ArrayList<>();
    DeviceSpec device = workers.device();
    extended(PATH, device, problems);
    deviceEach(workers, device, problems);
    ResourceRequirements resources = workers.resources();
    if (resources != null) {
      amounts("requests", orEmpty(resources.getRequests()), device, problems);
      amounts("limits", orEmpty(resources.getLimits()), device, problems);
      withinLimits(PATH, resources, problems);
    }
    if (workers.sharedMemory() != null) {
      Quantities.check(PATH + ".sharedMemory", workers.sharedMemory(), problems);
    }
    environment(workers.env(), problems);
    return problems;
  }

  /** Processes that share a device would wait for each other, and for its memory. */
  private static void deviceEach(
      WorkersSpec workers, @Nullable DeviceSpec device, List<Problem> problems) {
    int processes = workers.processesPerWorker();
    if (device != null && device.count() < processes) {
      problems.add(
          new Problem(
              PATH + ".device.count",
              device.count() + " for " + processes + " processes",
              "set it to " + processes + ", or processesPerWorker to " + device.count()));
    }
  }

  static void extended(String path, @Nullable DeviceSpec device, List<Problem> problems) {
    if (device != null && !device.resource().isEmpty() && !device.resource().contains("/")) {
      problems.add(
          new Problem(
              path + ".device.resource",
              '"' + device.resource() + "\" is no extended resource",
              "write it as vendor.domain/name, for example nvidia.com/gpu"));
    }
  }

  private static void amounts(
      String kind,
      Map<String, Quantity> amounts,
      @Nullable DeviceSpec device,
      List<Problem> problems) {
    amounts.forEach(
        (resource, amount) -> {
          String path = PATH + ".resources." + kind + "[" + resource + "]";
          Quantities.check(path, amount, problems);
          if (device != null && device.resource().equals(resource)) {
            problems.add(
                new Problem(path, "also given by spec.workers.device", "remove one of them"));
          }
        });
  }

  /** The API server refuses a pod that asks for more than it may have. */
  static void withinLimits(String path, ResourceRequirements resources, List<Problem> problems) {
    Map<String, Quantity> requests = orEmpty(resources.getRequests());
    Map<String, Quantity> limits = orEmpty(resources.getLimits());
    requests.forEach(
        (resource, request) -> {
          Quantity limit = limits.get(resource);
          BigDecimal asked = Quantities.amount(request);
          BigDecimal most = limit == null ? null : Quantities.amount(limit);
          if (asked != null && most != null && asked.compareTo(most) > 0) {
            problems.add(
                new Problem(
                    path + ".resources.requests[" + resource + "]",
                    request + " is above its limit " + limit,
                    "set it to at most " + limit));
          }
        });
  }

  private static void environment(List<EnvVar> env, List<Problem> problems) {
    for (int i = 0; i < env.size(); i++) {
      String name = Objects.requireNonNullElse(env.get(i).getName(), "");
      String path = PATH + ".env[" + i + "].name";
      if (name.isEmpty()) {
        problems.add(new Problem(path, "absent", "set it"));
      } else if (OURS.contains(name) || name.startsWith("VLMR1_")) {
        problems.add(new Problem(path, '"' + name + "\" is set by the operator", "remove it"));
      }
    }
  }

  private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> amounts) {
    return amounts == null ? Map.of() : amounts;
  }
}

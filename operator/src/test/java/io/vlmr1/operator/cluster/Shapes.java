package io.vlmr1.operator.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The files of examples/shapes, each with the few changes that a test says. */
final class Shapes {
  static final String DATA_CLAIM = "shapes-data";
  static final String PREPARE = "shapes-prepare";
  static final String JOB = "shapes";

  /** Bears the name of the GrpoJob on all that belongs to one. */
  static final String LABEL = "training.vlmr1.io/job";

  private Shapes() {}

  /** Claim and Job that make data and model; the model learns for a moment only. */
  static String cluster(boolean oneNode) {
    String all = "prepare, --output, /data]";
    String yaml = read("cluster.yaml");
    if (!yaml.contains(all)) {
      throw new IllegalStateException("cluster.yaml has no command that ends in " + all);
    }
    yaml = yaml.replace(all, "prepare, --output, /data, --sft-seconds, \"15\"]");
    // the usual default provisioner of a one-node cluster knows no other
    return oneNode ? yaml.replace("ReadWriteMany", "ReadWriteOnce") : yaml;
  }

  /** The example's own GrpoJob with fewer and smaller steps. */
  static GenericKubernetesResource job(String name, int steps, int checkpointEvery) {
    GenericKubernetesResource job =
        Serialization.unmarshal(read("grpojob.yaml"), GenericKubernetesResource.class);
    job.getMetadata().setName(name);
    set(job, steps, "training", "maxSteps");
    set(job, 2, "training", "promptsPerDevice"); // 16 completions a worker, of 64
    set(job, 1, "training", "threadsPerProcess"); // both workers are on one node
    set(job, checkpointEvery, "checkpoints", "everySteps");
    for (Object evaluation : (List<?>) spec(job).getOrDefault("evaluations", List.of())) {
      asMap(evaluation).put("maxRows", 8);
    }
    return job;
  }

  /**
   * The first evaluation looks at every checkpoint; the best one is that of the largest overlap.
   */
  static void evaluateEveryCheckpoint(GenericKubernetesResource job) {
    Map<String, Object> first =
        asMap(((List<?>) Objects.requireNonNull(spec(job).get("evaluations"))).get(0));
    first.put("when", "everyCheckpoint");
    set(job, Map.of("metric", "iou"), "checkpoints", "best");
  }

  /** Sets a field below spec. */
  static void set(GenericKubernetesResource job, Object value, String... path) {
    Map<String, Object> map = spec(job);
    for (String field : List.of(path).subList(0, path.length - 1)) {
      map = asMap(map.get(field));
    }
    map.put(path[path.length - 1], value);
  }

  static String yaml(Object resource) {
    return Serialization.asYaml(resource);
  }

  private static Map<String, Object> spec(GenericKubernetesResource job) {
    return asMap(job.getAdditionalProperties().get("spec"));
  }

  @SuppressWarnings("unchecked") // YAML's maps have strings for keys
  private static Map<String, Object> asMap(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value, "the example has no such field");
  }

  private static String read(String name) {
    Path file = Path.of(System.getProperty("root.dir", ".."), "examples", "shapes", name);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

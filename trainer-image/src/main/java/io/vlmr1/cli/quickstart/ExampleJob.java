package io.vlmr1.cli.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vlmr1.api.contract.JobFile;
import io.vlmr1.api.v1alpha1.GrpoJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The jobs of examples/shapes, which the build puts beside this class. */
final class ExampleJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExampleJob() {}

  /** GRPO from the model `model` of the data, for so many steps. */
  static GrpoJob grpo(long seed, int steps) {
    return seeded(parse("grpojob.yaml"), seed, "model", steps);
  }

  /** Steps of GRPO that the example asks for. */
  static int grpoSteps() {
    return Objects.requireNonNull(parse("grpojob.yaml").getSpec().training().maxSteps());
  }

  /** SFT from random weights, the model `random` of the data. */
  static GrpoJob start(long seed) {
    return seeded(parse("sft.yaml"), seed, "random", null);
  }

  /** SFT that goes on from the same start as GRPO for as many steps. */
  static GrpoJob longerSft(long seed, int steps) {
    return seeded(parse("sft.yaml"), seed + 1, "model", steps);
  }

  /** How both jobs ask; null: as the task does. */
  static @org.jspecify.annotations.Nullable String promptTemplate() {
    return parse("grpojob.yaml").getSpec().data().promptTemplate();
  }

  private static GrpoJob seeded(
      GrpoJob job, long seed, String model, @org.jspecify.annotations.Nullable Integer steps) {
    ObjectNode tree = JSON.valueToTree(job);
    tree.remove("status");
    ObjectNode training = (ObjectNode) tree.path("spec").path("training");
    training.put("seed", seed);
    if (steps != null) {
      training.put("maxSteps", steps);
    }
    ((ObjectNode) tree.path("spec").path("model")).put("source", model);
    return JobFile.parse(job.getMetadata().getName(), tree.toString());
  }

  private static GrpoJob parse(String name) {
    try (InputStream in =
        Objects.requireNonNull(ExampleJob.class.getResourceAsStream(name), name)) {
      return JobFile.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " of the jar", e);
    }
  }
}

package io.vlmr1.cli.worker;

import io.vlmr1.ChildJvm;
import io.vlmr1.api.contract.OutputLayout;
import io.vlmr1.cli.WorkerMain;
import io.vlmr1.model.ModelLoader;
import io.vlmr1.model.ModelSaver;
import io.vlmr1.model.VisionLanguageModel;
import io.vlmr1.shapes.Difficulty;
import io.vlmr1.shapes.Shapes;
import io.vlmr1.shapes.ShapesSettings;
import io.vlmr1.shapes.TinyModel;
import io.vlmr1.tensor.Dtype;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Data with real pictures, a tiny model with random weights, jobs, and worker processes over them.
 */
final class Volume {
  private final Path root;

  private Volume(Path root) {
    this.root = root;
  }

  /** Makes it in an empty folder. */
  static Volume in(Path root) throws IOException {
    TinyModel sizes = new TinyModel(32, 2, 2, 1, 64, 32, 2, 2, 64, true, 0.08);
    Path data = root.resolve("data");
    Shapes.write(new ShapesSettings(1, Difficulty.standard(), 4, 60, 4, 4, sizes), data);
    try (VisionLanguageModel model = ModelLoader.random(data.resolve("model"), Dtype.FLOAT32, 1)) {
      ModelSaver.save(model, data.resolve("model"), data.resolve("model"));
    }
    return new Volume(root);
  }

  Path data() {
    return root.resolve("data");
  }

  OutputLayout output(String name) {
    return new OutputLayout(root.resolve(name));
  }

  /**
   * A GRPO job of the tiny model, rewarded for likeness to the truth; every `from → to` replaces
   * text of it.
   */
  Path job(Map<String, String> changes) throws IOException {
    String yaml =
        """
        apiVersion: training.vlmr1.io/v1alpha1
        kind: GrpoJob
        metadata: {name: test}
        spec:
          model: {source: model}
          data:
            task: default
            datasets: [{name: train, path: train.jsonl, images: images}]
          rewards: [{name: accuracy}, {name: format}]
          grpo: {generations: 4, maxCompletionTokens: 8}
          optimizer: {learningRate: 1.0e-2, schedule: constant}
          training: {maxSteps: 12, promptsPerDevice: 2, threadsPerProcess: 1}
          workers: {replicas: 1}
          checkpoints: {everySteps: 2}
        """;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      if (!yaml.contains(change.getKey())) {
        throw new IllegalArgumentException(change.getKey());
      }
      yaml = yaml.replace(change.getKey(), change.getValue());
    }
    Path file = Files.createTempFile(root, "job", ".yaml");
    return Files.writeString(file, yaml);
  }

  /** What a pod would find in its environment. */
  Map<String, String> environment(Path job, OutputLayout output) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("VLMR1_JOB_FILE", job.toString());
    environment.put("VLMR1_DATA_DIR", data().toString());
    environment.put("VLMR1_OUTPUT_DIR", output.root().toString());
    environment.put("VLMR1_PROGRESS_PORT", Integer.toString(freePort()));
    environment.put("VLMR1_TERMINATION_LOG", root.resolve("termination").toString());
    environment.put("WORLD_SIZE", "1");
    return environment;
  }

  /** All ranks of a job as processes. */
  List<ChildJvm> start(Path job, OutputLayout output, int ranks) throws IOException {
    Map<String, String> common = environment(job, output);
    common.put("MASTER_PORT", Integer.toString(freePort()));
    common.put("WORLD_SIZE", Integer.toString(ranks));
    return Stream.iterate(0, rank -> rank + 1)
        .limit(ranks)
        .map(
            rank -> {
              Map<String, String> own = new HashMap<>(common);
              own.put("RANK", Integer.toString(rank));
              own.put("VLMR1_TERMINATION_LOG", root.resolve("termination-" + rank).toString());
              return ChildJvm.start(WorkerMain.class, own);
            })
        .toList();
  }

  String termination(int rank) throws IOException {
    return Files.readString(root.resolve("termination-" + rank));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

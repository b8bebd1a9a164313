package io.vlmr1.grpo;

import io.vlmr1.dist.Ranks;
import io.vlmr1.dist.Rendezvous;
import io.vlmr1.tensor.Natives;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One rank of a tiny training: where its weights go, where its checkpoints go ("" = nowhere),
 * steps, iterations.
 */
final class TinyTrainingProcess {
  private TinyTrainingProcess() {}

  public static void main(String[] arguments) throws Exception {
    Natives.setThreads(1);
    Path output = arguments[1].isEmpty() ? null : Path.of(arguments[1]);
    try (Ranks ranks = Rendezvous.of(System.getenv()).meet();
        TinyTraining training =
            new TinyTraining(
                new TinyTraining.Setup(
                    TrainingLoopTest.spec(Integer.parseInt(arguments[3])),
                    4,
                    2,
                    Long.parseLong(arguments[2]),
                    output),
                ranks)) {
      training.run(() -> false);
      if (ranks.rank() == 0) {
        float[] weights = training.weights();
        ByteBuffer bytes = ByteBuffer.allocate(4 * weights.length);
        for (float weight : weights) {
          bytes.putFloat(weight);
        }
        Files.write(Path.of(arguments[0]), bytes.array());
      }
      ranks.barrier();
    }
    Runtime.getRuntime().halt(0);
  }
}

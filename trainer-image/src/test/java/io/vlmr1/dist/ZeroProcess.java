package io.vlmr1.dist;

import io.vlmr1.dist.ZeroTraining.Result;
import io.vlmr1.dist.ZeroTraining.Variant;
import io.vlmr1.tensor.Natives;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One rank of trainings, one after the other: port, rank, size, folder of results, setups. */
final class ZeroProcess {
  private ZeroProcess() {}

  public static void main(String[] arguments) throws IOException {
    Natives.load();
    Natives.setThreads(1);
    int rank = Integer.parseInt(arguments[1]);
    int size = Integer.parseInt(arguments[2]);
    Rendezvous rendezvous =
        new Rendezvous(
            "127.0.0.1",
            Integer.parseInt(arguments[0]),
            rank,
            size,
            Duration.ofSeconds(60),
            Optional.empty());
    try (Ranks ranks = rendezvous.meet()) {
      for (String setup : arguments[4].split(",", -1)) {
        String[] parts = setup.split(":", -1);
        int stage = Integer.parseInt(parts[2]);
        Result result =
            ZeroTraining.run(
                parts[0],
                Variant.valueOf(parts[1]),
                ranks,
                layout -> new ZeroStorage(layout, ranks, stage));
        write(result, Path.of(arguments[3]).resolve(file(setup, size, rank)));
      }
    } catch (RuntimeException e) {
      e.printStackTrace(System.out);
      Runtime.getRuntime().halt(1);
    }
    System.out.println("done");
    Runtime.getRuntime().halt(0);
  }

  static String file(String setup, int size, int rank) {
    return setup.replace(':', '-') + "-" + rank + "-of-" + size;
  }

  private static void write(Result result, Path file) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeLong(result.gradientBytes());
      out.writeLong(result.optimizerBytes());
      for (float[] values : new float[][] {result.moment(), result.weights(), result.logits()}) {
        out.writeInt(values.length);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
      }
    }
  }
}

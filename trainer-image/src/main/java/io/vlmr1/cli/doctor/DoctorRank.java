package io.vlmr1.cli.doctor;

import io.vlmr1.dist.Ranks;
import io.vlmr1.dist.Rendezvous;
import io.vlmr1.tensor.Scope;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One of the processes of {@link Collectives}: its last line of output says what it measured. */
public final class DoctorRank {
  private static final long ELEMENTS = 4L << 20;

  private DoctorRank() {}

  /** Arguments: rank, ranks, port on 127.0.0.1. */
  public static void main(String[] arguments) {
    int rank = Integer.parseInt(arguments[0]);
    int size = Integer.parseInt(arguments[1]);
    Rendezvous meeting =
        new Rendezvous(
            "127.0.0.1",
            Integer.parseInt(arguments[2]),
            rank,
            size,
            Duration.ofSeconds(50),
            Optional.empty());
    try (Ranks ranks = meeting.meet();
        Scope scope = Scope.open()) {
      Tensor tensor = torch.ones(ELEMENTS).mul(new Scalar((double) rank + 1));
      ranks.barrier();
      long start = System.nanoTime();
      ranks.sum(tensor);
      double seconds = (System.nanoTime() - start) / 1e9;
      double expected = size * (size + 1) / 2.0;
      double found = tensor.mean().item_double();
      if (found != expected) {
        System.out.println("the sum over " + size + " processes is " + found + ", not " + expected);
        System.exit(1);
      }
      System.out.println(
          String.format(
              Locale.ROOT,
              "%d processes add up %d MiB in %.0f ms (%.2f GB/s)",
              size,
              (ELEMENTS * 4) >> 20,
              seconds * 1e3,
              ELEMENTS * 4 / seconds / 1e9));
    }
    System.exit(0); // Gloo's threads need not be waited for
  }
}

package io.vlmr1.dist;

import io.vlmr1.api.contract.VlmR1Exception;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One rank of the tests: port, rank, size, seconds of patience, what to do. */
final class RankProcess {
  private RankProcess() {}

  public static void main(String[] arguments) {
    int rank = Integer.parseInt(arguments[1]);
    Rendezvous rendezvous =
        new Rendezvous(
            "127.0.0.1",
            Integer.parseInt(arguments[0]),
            rank,
            Integer.parseInt(arguments[2]),
            Duration.ofSeconds(Long.parseLong(arguments[3])),
            Optional.empty());
    try (Ranks ranks = rendezvous.meet()) {
      run(arguments[4], ranks);
      System.out.println("done");
    } catch (VlmR1Exception e) {
      System.out.println(e.getMessage());
      Runtime.getRuntime().halt(e.exitCode().code());
    }
    Runtime.getRuntime().halt(0);
  }

  private static void run(String work, Ranks ranks) {
    switch (work) {
      case "collectives" -> collectives(ranks);
      case "pieces" -> pieces(ranks);
      case "sizes" -> ranks.sum(torch.ones(ranks.rank() == 0 ? 16 : 32));
      case "loop" -> {
        Tensor tensor = torch.ones(1000);
        for (int i = 0; ; i++) {
          ranks.sum(tensor);
          if (i == 10) {
            System.out.println("looping");
          }
        }
      }
      default -> throw new IllegalArgumentException(work);
    }
  }

  /** Pieces of 5, 0 and 3 elements; two exchanges run at the same time. */
  private static void pieces(Ranks ranks) {
    Tensor wide = torch.full(new long[] {8}, new Scalar((float) Math.pow(10, ranks.rank())));
    Tensor narrow = wide.to(torch.ScalarType.BFloat16);
    Pending first = ranks.sumPieces(cut(wide));
    Pending second = ranks.sumPieces(cut(narrow));
    first.await();
    second.await();
    System.out.println("mine " + sum(cut(wide).get(ranks.rank())));
    Pending share = ranks.sharePieces(cut(wide));
    Pending other = ranks.sharePieces(cut(narrow));
    share.await();
    other.await();
    System.out.println("all " + sum(wide) + " bfloat16 " + sum(narrow));
    ranks.barrier();
  }

  private static List<Tensor> cut(Tensor flat) {
    return List.of(flat.narrow(0, 0, 5), flat.narrow(0, 5, 0), flat.narrow(0, 5, 3));
  }

  private static double sum(Tensor tensor) {
    return tensor.to(torch.ScalarType.Float).sum().item_double();
  }

  private static void collectives(Ranks ranks) {
    Tensor large = torch.full(new long[] {9_000_000}, new Scalar((float) ranks.rank() + 1));
    ranks.sum(large);
    System.out.println("sum " + large.max().item_double() + " " + large.min().item_double());
    Tensor narrow = torch.ones(8).mul_(new Scalar(0.5f)).to(torch.ScalarType.BFloat16);
    ranks.sum(narrow);
    System.out.println("bfloat16 " + narrow.sum().item_double());
    Tensor one = torch.full(new long[] {2}, new Scalar((float) ranks.rank()));
    ranks.broadcast(one, 1);
    System.out.println("broadcast " + one.max().item_double());
    for (int length : new int[] {3, 2040, 5000}) {
      String mine = "x".repeat(length * ranks.rank()) + "rank" + ranks.rank();
      StringBuilder all = new StringBuilder();
      for (byte[] message : ranks.gather(mine.getBytes(StandardCharsets.UTF_8))) {
        String text = new String(message, StandardCharsets.UTF_8);
        all.append(' ').append(text.length()).append(text.substring(text.length() - 5));
      }
      System.out.println("gather" + all);
    }
    ranks.barrier();
  }
}

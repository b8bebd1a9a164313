package io.vlmr1.dist;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;

/**
 * Pieces that go from every rank to every other, each straight to where it is needed, while this
 * rank computes. Sums are taken in the order of the ranks: their bits do not depend on how what is
 * summed was cut.
 */
final class PieceExchange {
  private final ProcessGroupGloo group;
  private final int rank;
  private final int size;
  private final BiFunction<String, RuntimeException, RuntimeException> lost;
  private int turn;

  /**
   * Over a group.
   *
   * @param lost makes of an operation's name and libtorch's error one that says what to do
   */
  PieceExchange(
      ProcessGroupGloo group,
      Rendezvous rendezvous,
      BiFunction<String, RuntimeException, RuntimeException> lost) {
    this.group = group;
    this.rank = rendezvous.rank();
    this.size = rendezvous.size();
    this.lost = lost;
  }

  /** {@link Ranks#sumPieces}. */
  Pending sum(List<Tensor> pieces) {
    Started sum = new Started("sum");
    Tensor mine = sum.kept.keep(pieces.get(rank));
    List<Tensor> all = new ArrayList<>();
    for (int other = 0; other < size; other++) {
      if (other == rank) {
        all.add(mine);
      } else {
        Tensor theirs = sum.kept.keep(torch.empty_like(mine));
        sum.held += theirs.numel() * Dtype.of(theirs).bytes();
        all.add(theirs);
        sum.exchange(pieces.get(other), theirs, other);
      }
    }
    sum.then = () -> add(mine, all);
    turn++;
    return sum;
  }

  /** mine = the sum of all in order; those of other types than float32 are rounded once. */
  private void add(Tensor mine, List<Tensor> all) {
    if (mine.numel() == 0) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Tensor total = Tensors.float32(all.get(0));
      for (Tensor next : all.subList(1, size)) {
        total.add_(Tensors.float32(next));
      }
      if (rank > 0 || Dtype.of(mine) != Dtype.FLOAT32) {
        mine.copy_(total);
      }
    }
  }

  /** {@link Ranks#sharePieces}. */
  Pending share(List<Tensor> pieces) {
    Started share = new Started("share");
    for (int other = 0; other < size; other++) {
      if (other != rank) {
        share.exchange(pieces.get(rank), pieces.get(other), other);
      }
    }
    turn++;
    return share;
  }

  /** Messages on their way, and what is done when they have come. */
  private final class Started implements Pending {
    private final String name;
    private final List<Work> works = new ArrayList<>();
    private final Retained kept = new Retained();
    private final List<Runnable> landed = new ArrayList<>();
    private Runnable then = () -> {};
    private long held;

    Started(String name) {
      this.name = name;
    }

    /** Both sides know how long a message is; an empty one is not sent. */
    private void exchange(Tensor out, Tensor in, int other) {
      try {
        if (in.numel() > 0) {
          works.add(group.recv(new TensorVector(landing(in)), other, turn).retainReference());
        }
        if (out.numel() > 0) {
          Tensor sent = kept.keep(out.cpu()); // itself, where it lies in main memory
          works.add(group.send(new TensorVector(sent), other, turn).retainReference());
        }
      } catch (RuntimeException e) {
        throw lost.apply(name, e);
      }
    }

    /** Gloo writes to main memory; a tensor elsewhere is filled when all has come. */
    private Tensor landing(Tensor in) {
      Tensor target = kept.keep(in);
      if (target.is_cpu()) {
        return target;
      }
      Tensor landing = kept.keep(Tensors.emptyInMainMemory(Dtype.of(in), in.numel()));
      landed.add(() -> target.view(-1).copy_(landing));
      return landing;
    }

    @Override
    public void await() {
      try {
        for (Work work : works) {
          if (!work._wait()) {
            throw new IllegalStateException(name + " was not completed");
          }
        }
        landed.forEach(Runnable::run);
        then.run();
      } catch (RuntimeException e) {
        throw lost.apply(name, e);
      } finally {
        works.forEach(Work::close);
        kept.close();
      }
    }

    @Override
    public long bytes() {
      return held;
    }
  }
}

package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradients of everything on every rank (stages 0 and 1): sums come into the piece of the rank that
 * moves it, and in stage 0 from there to all.
 */
final class WholeGradients implements GradientPlace {
  private final Retained kept = new Retained();
  private final Cut cut;
  private final Ranks ranks;
  private final boolean everywhere;
  private final Tensor flat;
  private final Deque<Pending> shares = new ArrayDeque<>();

  /**
   * All 0.
   *
   * @param everywhere whether every rank needs all sums
   */
  WholeGradients(Cut cut, Ranks ranks, boolean everywhere) {
    this.cut = cut;
    this.ranks = ranks;
    this.everywhere = everywhere;
    try (Scope scope = Scope.open()) {
      flat = kept.keep(Tensors.zeros(cut.layout().gradients(), cut.layout().elements()));
    }
  }

  @Override
  public Tensor flat() {
    return flat;
  }

  @Override
  public Tensor of(int unit) {
    return flat.narrow(0, cut.extent(unit).from(), cut.extent(unit).elements());
  }

  @Override
  public Tensor owned(int unit, int owner) {
    return flat.narrow(0, cut.among(unit, owner).from(), cut.length(unit, owner));
  }

  @Override
  public void zero() {
    flat.zero_();
  }

  @Override
  public void open(int unit) {}

  @Override
  public Pending sum(int unit, Range part, boolean last) {
    Pending sum;
    try (Scope scope = Scope.open()) {
      sum = ranks.sumPieces(cut.pieces(unit, of(unit), part));
    }
    return new Pending() {
      @Override
      public void await() {
        sum.await();
        if (everywhere) {
          share(unit, part);
        }
      }

      @Override
      public long bytes() {
        return sum.bytes();
      }
    };
  }

  private void share(int unit, Range part) {
    try (Scope scope = Scope.open()) {
      shares.add(ranks.sharePieces(cut.pieces(unit, of(unit), part)));
    }
  }

  @Override
  public void settle() {
    while (!shares.isEmpty()) {
      shares.remove().await();
    }
  }

  @Override
  public long bytes() {
    return flat.numel() * cut.layout().gradients().bytes();
  }

  @Override
  public long more() {
    return 0;
  }

  @Override
  public void close() {
    kept.close();
  }
}

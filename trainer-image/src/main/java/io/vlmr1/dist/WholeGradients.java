package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.tensor.Scope;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradients of everything on every rank (stages 0 and 1): sums come into the piece of the rank that
 * moves it, and in stage 0 from there to all.
 */
final class WholeGradients implements GradientPlace {
  private final WholeBuffer all;
  private final Ranks ranks;
  private final boolean everywhere;
  private final Deque<Pending> shares = new ArrayDeque<>();

  /**
   * All 0.
   *
   * @param everywhere whether every rank needs all sums
   */
  WholeGradients(Cut cut, Ranks ranks, boolean everywhere) {
    this.all = new WholeBuffer(cut, cut.layout().gradients());
    this.ranks = ranks;
    this.everywhere = everywhere;
  }

  @Override
  public Tensor flat() {
    return all.flat();
  }

  @Override
  public Tensor of(int unit) {
    return all.of(unit);
  }

  @Override
  public Tensor owned(int unit, int owner) {
    return all.owned(unit, owner);
  }

  @Override
  public void zero() {
    all.flat().zero_();
  }

  @Override
  public void open(int unit) {}

  @Override
  public Pending sum(int unit, Range part, boolean last) {
    try (Scope scope = Scope.open()) {
      Pending sum = ranks.sumPieces(all.pieces(unit, part));
      return everywhere ? sum.then(() -> share(unit, part)) : sum;
    }
  }

  private void share(int unit, Range part) {
    try (Scope scope = Scope.open()) {
      shares.add(ranks.sharePieces(all.pieces(unit, part)));
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
    return all.bytes();
  }

  @Override
  public long more() {
    return 0;
  }

  @Override
  public void close() {
    all.close();
  }
}

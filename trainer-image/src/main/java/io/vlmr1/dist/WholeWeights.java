package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Scope;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.Tensor;

/** All weights on every rank (stages 0 to 2). */
final class WholeWeights implements WeightPlace {
  /** Units that are on their way at a time. */
  private static final int RUNNING = 4;

  private final WholeBuffer all;
  private final Cut cut;
  private final Ranks ranks;
  private final boolean movedByAll;

  /**
   * All 0 until they are set.
   *
   * @param movedByAll whether every rank moves all of them: then nothing has to be told
   */
  WholeWeights(Cut cut, Ranks ranks, boolean movedByAll) {
    this.all = new WholeBuffer(cut, cut.layout().weights());
    this.cut = cut;
    this.ranks = ranks;
    this.movedByAll = movedByAll;
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
  public Unit.Use read(int unit) {
    return Unit.Use.NOTHING;
  }

  @Override
  public void expect(int unit) {}

  @Override
  public boolean stay() {
    return true;
  }

  @Override
  public Unit.Use fill(int unit) {
    return Unit.Use.NOTHING;
  }

  @Override
  public void moved() {
    if (movedByAll) {
      return;
    }
    Deque<Pending> running = new ArrayDeque<>();
    for (int unit = 0; unit < cut.units(); unit++) {
      if (running.size() == RUNNING) {
        running.remove().await();
      }
      try (Scope scope = Scope.open()) {
        Range whole = new Range(0, cut.longest(unit));
        running.add(ranks.sharePieces(all.pieces(unit, whole)));
      }
    }
    running.forEach(Pending::await);
  }

  @Override
  public long bytes() {
    return all.bytes();
  }

  @Override
  public long peak() {
    return bytes();
  }

  @Override
  public void close() {
    all.close();
  }
}

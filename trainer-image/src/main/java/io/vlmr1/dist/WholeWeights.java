package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.nn.Unit;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.Tensor;

/** All weights on every rank (stages 0 to 2). */
final class WholeWeights implements WeightPlace {
  /** Units that are on their way at a time. */
  private static final int RUNNING = 4;

  private final Retained kept = new Retained();
  private final Cut cut;
  private final Ranks ranks;
  private final boolean movedByAll;
  private final Tensor flat;

  /**
   * Memory that is not set.
   *
   * @param movedByAll whether every rank moves all of them: then nothing has to be told
   */
  WholeWeights(Cut cut, Ranks ranks, boolean movedByAll) {
    this.cut = cut;
    this.ranks = ranks;
    this.movedByAll = movedByAll;
    try (Scope scope = Scope.open()) {
      flat = kept.keep(Tensors.empty(cut.layout().weights(), cut.layout().elements()));
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
        running.add(ranks.sharePieces(cut.pieces(unit, of(unit), whole)));
      }
    }
    running.forEach(Pending::await);
  }

  @Override
  public long bytes() {
    return flat.numel() * cut.layout().weights().bytes();
  }

  @Override
  public long peak() {
    return bytes();
  }

  @Override
  public void close() {
    kept.close();
  }
}

package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Room;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradients of this rank's pieces only (stages 2 and 3): those of a unit have a room while a pass
 * writes them, go to their owners, and are added to what earlier passes of the step gave.
 */
final class SlicedGradients implements GradientPlace {
  private final Retained kept = new Retained();
  private final Cut cut;
  private final Ranks ranks;
  private final List<Room> rooms = new ArrayList<>();
  private final Tensor own;

  SlicedGradients(Cut cut, Ranks ranks) {
    this.cut = cut;
    this.ranks = ranks;
    Dtype dtype = cut.layout().gradients();
    try (Scope scope = Scope.open()) {
      own = kept.keep(Tensors.zeros(dtype, cut.elements(ranks.rank())));
    }
    for (int unit = 0; unit < cut.units(); unit++) {
      rooms.add(new Room(dtype, cut.extent(unit).elements(), kept));
    }
  }

  @Override
  public Tensor of(int unit) {
    return rooms.get(unit).flat();
  }

  @Override
  public Tensor owned(int unit, int owner) {
    return own.narrow(0, cut.at(unit, owner), cut.length(unit, owner));
  }

  @Override
  public void zero() {
    own.zero_();
  }

  @Override
  public void open(int unit) {
    if (!rooms.get(unit).isOpen()) {
      rooms.get(unit).openZeroed();
    }
  }

  @Override
  public Pending sum(int unit, Range part, boolean last) {
    try (Scope scope = Scope.open()) {
      return ranks
          .sumPieces(cut.pieces(unit, of(unit), part))
          .then(
              () -> {
                take(unit, part);
                if (last) {
                  rooms.get(unit).close();
                }
              });
    }
  }

  /** Adds a sum to this rank's piece. */
  private void take(int unit, Range part) {
    try (Scope scope = Scope.open()) {
      Tensor sum = cut.pieces(unit, of(unit), part).get(ranks.rank());
      if (sum.numel() > 0) {
        owned(unit, ranks.rank()).narrow(0, part.from(), sum.numel()).add_(sum);
      }
    }
  }

  @Override
  public void settle() {}

  @Override
  public long bytes() {
    return own.numel() * cut.layout().gradients().bytes();
  }

  @Override
  public long more() {
    return rooms.stream().filter(Room::isOpen).mapToLong(Room::bytes).sum();
  }

  @Override
  public void close() {
    kept.close();
  }
}

package io.vlmr1.dist;

import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** All units of a layout in one buffer, on every rank. */
final class WholeBuffer implements AutoCloseable {
  private final Retained kept = new Retained();
  private final Cut cut;
  private final Dtype dtype;
  private final Tensor flat;

  /** All 0. */
  WholeBuffer(Cut cut, Dtype dtype) {
    this.cut = cut;
    this.dtype = dtype;
    try (Scope scope = Scope.open()) {
      flat = kept.keep(Tensors.zeros(dtype, cut.layout().elements()));
    }
  }

  Tensor flat() {
    return flat;
  }

  /** [elements of the unit]. */
  Tensor of(int unit) {
    return flat.narrow(0, cut.extent(unit).from(), cut.extent(unit).elements());
  }

  /** The piece of a unit that an owner moves. */
  Tensor owned(int unit, int owner) {
    return flat.narrow(0, cut.among(unit, owner).from(), cut.length(unit, owner));
  }

  /** A part of each rank's piece of a unit, by rank. */
  List<Tensor> pieces(int unit, Range part) {
    return cut.pieces(unit, of(unit), part);
  }

  long bytes() {
    return flat.numel() * dtype.bytes();
  }

  @Override
  public void close() {
    kept.close();
  }
}

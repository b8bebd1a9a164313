package io.vlmr1.nn;

import io.vlmr1.nn.Layout.Extent;
import io.vlmr1.nn.Parameters.Range;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Everything in this process: two flat buffers. */
public final class WholeStorage implements Storage {
  private final Retained kept = new Retained();
  private final Layout layout;
  private final Tensor weights;
  private final Tensor gradients;

  /** Takes memory for a layout. */
  public WholeStorage(Layout layout) {
    this.layout = layout;
    try (Scope scope = Scope.open()) {
      weights = kept.keep(Tensors.empty(layout.weights(), layout.elements()));
      gradients = kept.keep(Tensors.zeros(layout.gradients(), layout.elements()));
    }
  }

  /**
   * Over buffers that are there, which stay the caller's.
   *
   * @param weights [elements], decayed ones first
   * @param gradients [elements]
   */
  public WholeStorage(Tensor weights, Tensor gradients, long decayed) {
    this.weights = weights.detach();
    this.gradients = gradients;
    layout =
        new Layout(
            List.of(new Extent("all", List.of(), 0, weights.numel(), decayed)),
            List.of(),
            Dtype.of(weights),
            Dtype.of(gradients),
            false);
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public Tensor weights(int unit) {
    return of(weights, unit);
  }

  @Override
  public Tensor gradients(int unit) {
    return of(gradients, unit);
  }

  private Tensor of(Tensor flat, int unit) {
    Extent extent = layout.extents().get(unit);
    return flat.narrow(0, extent.from(), extent.elements());
  }

  @Override
  public Unit unit(int unit) {
    return Unit.HERE;
  }

  @Override
  public Tensor flatWeights() {
    return weights;
  }

  @Override
  public Tensor flatGradients() {
    return gradients;
  }

  @Override
  public Unit.Use fill(int unit) {
    return Unit.Use.NOTHING;
  }

  @Override
  public void begin(int passes) {
    gradients.zero_();
  }

  @Override
  public void backward(Runnable pass) {
    pass.run();
  }

  @Override
  public void complete() {}

  @Override
  public boolean sums() {
    return false;
  }

  @Override
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (Extent extent : layout.extents()) {
      Range all = new Range(extent.from(), extent.from() + extent.elements());
      for (Range range : layout.moving(extent, all)) {
        pieces.add(
            new Piece(
                0,
                range.from(),
                weights.narrow(0, range.from(), range.to() - range.from()),
                gradients.narrow(0, range.from(), range.to() - range.from()),
                range.from() < extent.from() + extent.decayed()));
      }
    }
    return pieces;
  }

  @Override
  public long elements() {
    return layout.elements();
  }

  @Override
  public double total(double[] byOwner) {
    return Arrays.stream(byOwner).sum();
  }

  @Override
  public void moved() {}

  @Override
  public void offer(String name, Tensor mine) {}

  @Override
  public void whole(String name, Tensor mine, Consumer<Tensor> parts) {
    parts.accept(mine);
  }

  @Override
  public void take(Tensor whole, Tensor mine) {
    mine.copy_(whole);
  }

  @Override
  public Held held() {
    long bytes = weights.numel() * layout.weights().bytes();
    long slopes = gradients.numel() * layout.gradients().bytes();
    return new Held(bytes, slopes, bytes, slopes);
  }

  @Override
  public void close() {
    kept.close();
  }
}

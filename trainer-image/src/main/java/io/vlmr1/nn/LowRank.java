package io.vlmr1.nn;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The pairs beside one linear layer: y += scale B A dropout(x), each pair on its own rows of the
 * layer's output (Hu et al. 2021). The A of all pairs are one product; they see the same dropout.
 */
final class LowRank {
  /** End of the names of first factors. */
  static final String A = ".lora_A.weight";

  /** End of the names of second factors. */
  static final String B = ".lora_B.weight";

  private final Adapter adapter;
  private final long layer;
  private final Factor down;
  private final List<Up> ups;

  /**
   * A factor and where its gradient goes.
   *
   * @param weight [rows, columns]
   * @param gradient of the same shape; null when nothing trains
   */
  record Factor(Tensor weight, @Nullable Tensor gradient) {
    void add(Tensor outer, Tensor inner) {
      if (gradient != null) {
        Linear.add(gradient, outer, inner);
      }
    }
  }

  /**
   * The second factor of a pair.
   *
   * @param factor B, [rows, rank]
   * @param from first row of the layer's output
   * @param rows of the output
   * @param first of the pair's columns among those of all pairs
   * @param scale of the product
   */
  record Up(Factor factor, long from, long rows, long first, double scale) {
    long rank() {
      return factor.weight().size(1);
    }
  }

  /**
   * The pairs of a layer.
   *
   * @param layer its number: places of dropout differ by it
   * @param down the first factors of all pairs, [sum of ranks, in]
   */
  LowRank(Adapter adapter, long layer, Factor down, List<Up> ups) {
    this.adapter = adapter;
    this.layer = layer;
    this.down = down;
    this.ups = List.copyOf(ups);
  }

  /** Adds to the layer's output. x [T, in], output [T, out]. */
  void forward(Tensor x, Tensor output, long row) {
    if (!adapter.on()) {
      return;
    }
    Tensor narrow = dropped(x, adapter.mask(x, layer, row)).mm(down.weight().t());
    for (Up up : ups) {
      output
          .narrow(1, up.from(), up.rows())
          .addmm_(
              part(narrow, up), up.factor().weight().t(), new Scalar(1.0), new Scalar(up.scale()));
    }
  }

  private static Tensor dropped(Tensor x, @Nullable Tensor mask) {
    return mask == null ? x : x.mul(mask);
  }

  private static Tensor part(Tensor narrow, Up up) {
    return narrow.narrow(1, up.first(), up.rank());
  }

  /**
   * Adds to the gradients of the pairs, and the gradient of x to a sum.
   *
   * @param gradient of the layer's output, [T, out]
   * @param sum [T, in]
   */
  void backward(Tensor x, Tensor gradient, Tensor sum, long row) {
    if (!adapter.on()) {
      return;
    }
    Tensor mask = adapter.mask(x, layer, row);
    Tensor seen = dropped(x, mask);
    Tensor narrow = seen.mm(down.weight().t());
    Tensor byNarrow = torch.empty_like(narrow);
    for (Up up : ups) {
      Tensor outer = gradient.narrow(1, up.from(), up.rows()).mul(new Scalar(up.scale()));
      up.factor().add(outer, part(narrow, up));
      part(byNarrow, up).copy_(outer.mm(up.factor().weight()));
    }
    down.add(byNarrow, seen);
    if (mask == null) {
      sum.addmm_(byNarrow, down.weight());
    } else {
      sum.addcmul_(byNarrow.mm(down.weight()), mask);
    }
  }
}

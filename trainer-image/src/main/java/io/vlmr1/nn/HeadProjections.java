package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The products around attention. T rows, D hidden.
 *
 * @param shape heads
 * @param queryKeyValue [T, D] to [T, (heads + 2 key heads) * width]
 * @param norm of queries and keys, where there is one
 * @param output [T, heads * width] to [T, D]
 */
public record HeadProjections(
    Heads.Shape shape, Linear queryKeyValue, @Nullable QueryKeyNorm norm, Linear output) {

  /** Without a norm of queries and keys. */
  public HeadProjections(Heads.Shape shape, Linear queryKeyValue, Linear output) {
    this(shape, queryKeyValue, null, output);
  }

  /** The same with weights laid out for few rows, as they are now, without backward. */
  HeadProjections packed(int rows, Retained owner) {
    return new HeadProjections(
        shape, queryKeyValue.packed(rows, owner), norm, output.packed(rows, owner));
  }

  /** x [T, D] to the fused projection. */
  Tensor project(Tensor x) {
    return queryKeyValue.forward(x);
  }

  /** The fused projection normed, cut and turned. */
  Heads heads(Tensor projected, Rotary rotary) {
    return shape.cut(norm == null ? projected : norm.forward(projected, shape), rotary);
  }

  /**
   * Adds to the gradients of the weights before attention; answers that of x.
   *
   * @param projected of x; read only where there is a norm
   * @param gradient of what was cut into heads
   */
  Tensor backward(Tensor x, @Nullable Tensor projected, Tensor gradient) {
    Tensor inner =
        norm == null ? gradient : norm.backward(Objects.requireNonNull(projected), gradient, shape);
    return queryKeyValue.backward(x, inner);
  }
}

package io.vlmr1.nn;

import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Norms of all queries of a row and of all its keys, before they are cut into heads (Dehghani et
 * al. 2023, over the full width). Projections are [T, queries + keys + values], not grouped.
 *
 * @param query over heads · width
 * @param key over key heads · width
 */
public record QueryKeyNorm(Norm query, Norm key) {

  Tensor forward(Tensor projected, Heads.Shape shape) {
    return Tensors.cat(
        1,
        query.forward(queries(projected, shape)),
        key.forward(keys(projected, shape)),
        projected.narrow(1, shape.queries() + shape.keys(), shape.keys()));
  }

  /** Adds to the gradients of the weights; answers that of the projection. */
  Tensor backward(Tensor projected, Tensor gradient, Heads.Shape shape) {
    Tensor inner = torch.zeros_like(gradient);
    long turned = shape.queries() + shape.keys();
    query.backward(
        query.normalise(queries(projected, shape)),
        queries(gradient, shape),
        queries(inner, shape));
    key.backward(key.normalise(keys(projected, shape)), keys(gradient, shape), keys(inner, shape));
    inner.narrow(1, turned, shape.keys()).copy_(gradient.narrow(1, turned, shape.keys()));
    return inner;
  }

  private static Tensor queries(Tensor all, Heads.Shape shape) {
    return all.narrow(1, 0, shape.queries());
  }

  private static Tensor keys(Tensor all, Heads.Shape shape) {
    return all.narrow(1, shape.queries(), shape.keys());
  }
}

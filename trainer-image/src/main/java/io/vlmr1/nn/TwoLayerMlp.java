package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import org.bytedeco.pytorch.Tensor;

/**
 * second(activation(first(x))).
 *
 * @param first [T, D] to [T, F]
 * @param second [T, F] to [T, D]
 */
public record TwoLayerMlp(Linear first, Activation activation, Linear second) implements Mlp {

  @Override
  public TwoLayerMlp packed(int rows, Retained owner) {
    return new TwoLayerMlp(first.packed(rows, owner), activation, second.packed(rows, owner));
  }

  @Override
  public long product() {
    return first.outputs();
  }

  @Override
  public long inner() {
    return first.outputs();
  }

  @Override
  public Tensor project(Tensor x) {
    return first.forward(x);
  }

  @Override
  public Tensor finish(Tensor projected) {
    return second.forward(activation.forward(projected));
  }

  @Override
  public Tensor finish(Tensor projected, Tensor residual) {
    return second.forward(activation.forward(projected), residual);
  }

  @Override
  public Tensor backward(Tensor x, Tensor projected, Tensor gradient) {
    Tensor outer = second.backward(activation.forward(projected), gradient);
    return first.backward(x, activation.backward(projected, outer));
  }
}

package io.vlmr1.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Tensors that outlive the scope that they were made in, until their owner closes them. */
public final class Retained implements AutoCloseable {
  private final List<Tensor> tensors = new ArrayList<>();

  /** Keeps a tensor alive until {@link #close}. */
  public Tensor keep(Tensor tensor) {
    tensor.retainReference();
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    tensors.clear();
  }
}

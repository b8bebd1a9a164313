package io.vlmr1.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Storage;
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

  /** Bytes of memory that it keeps; what several tensors share counts once. */
  public long bytes() {
    Map<Long, Long> sizes = new HashMap<>();
    try (Scope scope = Scope.open()) {
      for (Tensor tensor : tensors) {
        Storage storage = tensor.storage();
        sizes.put(storage.data().address(), storage.nbytes());
      }
    }
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    tensors.clear();
  }
}

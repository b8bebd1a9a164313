package io.vlmr1.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Storage;
import org.bytedeco.pytorch.Tensor;

/** Tensors that outlive the scope that they were made in, until their owner closes them. */
public final class Retained implements AutoCloseable {
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Pointer> others = new ArrayList<>();

  /** Keeps a tensor alive until {@link #close}. */
  public Tensor keep(Tensor tensor) {
    tensor.retainReference();
    tensors.add(tensor);
    return tensor;
  }

  /** Keeps something small beside the tensors alive until {@link #close}. */
  <P extends Pointer> P keepOther(P pointer) {
    pointer.retainReference();
    others.add(pointer);
    return pointer;
  }

  /** Bytes of memory that its tensors keep; what several tensors share counts once. */
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
    others.forEach(Pointer::close);
    others.clear();
  }
}

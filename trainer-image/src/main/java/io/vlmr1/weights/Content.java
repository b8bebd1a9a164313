package io.vlmr1.weights;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * What a file gets of a tensor: type and shape now, the elements when they are written. So a file
 * can hold what is nowhere whole in memory.
 *
 * @param dtype of the elements
 * @param shape sizes of each dimension
 * @param elements hands them out in order, in one part or several
 */
public record Content(Dtype dtype, long[] shape, Elements elements) {

  /** Hands elements out. */
  @FunctionalInterface
  public interface Elements {
    /** Each part is looked at before the next is asked for. */
    void each(Consumer<Tensor> parts);
  }

  /** A tensor that is there. */
  public static Content of(Tensor tensor) {
    return new Content(Dtype.of(tensor), Tensors.shape(tensor), parts -> parts.accept(tensor));
  }

  /** Tensors that are there, by name. */
  public static Map<String, Content> of(Map<String, Tensor> tensors) {
    Map<String, Content> contents = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> contents.put(name, of(tensor)));
    return contents;
  }

  /** Length in a file. */
  public long bytes() {
    long bytes = dtype.bytes();
    for (long size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }
}

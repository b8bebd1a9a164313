package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import org.bytedeco.pytorch.Tensor;

/** How the rows of one forward pass attend to each other; the same for all layers that share it. */
public interface Attention {

  /**
   * Queries, keys and values of all rows, or the gradients of a loss by them.
   *
   * @param query [rows, heads, width] float32
   * @param key [rows, key heads, width] float32
   * @param value [rows, key heads, width] float32
   */
  record Projected(Tensor query, Tensor key, Tensor value) {}

  /**
   * One application, which remembers what backward needs as long as its scope, or what it was told
   * to keep, lives.
   */
  interface Applied {
    /** [rows, heads, width] float32. */
    Tensor out();

    /** Gradients of the inputs, given that of {@link #out}. */
    Projected backward(Tensor gradient);

    /** Makes what backward needs outlive the scope. */
    void retain(Retained owner);
  }

  /** Attends. No autograd graph is built: backward is computed by hand. */
  Applied apply(Projected inputs);
}

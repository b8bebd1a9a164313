package io.vlmr1.nn;

import io.vlmr1.tensor.BoxedOperator;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Attention without the matrix of scores (Dao et al. 2022), forward and backward as torch's CPU
 * kernels compute it. Both also take part of the keys: forward tells the logarithm of the softmax's
 * denominator, by which parts are merged; backward takes the merged one. All tensors are [batch,
 * heads, length, width] float32.
 */
final class FlashAttention {
  private static final BoxedOperator FORWARD =
      new BoxedOperator("aten::_scaled_dot_product_flash_attention_for_cpu", "");
  private static final BoxedOperator BACKWARD =
      new BoxedOperator("aten::_scaled_dot_product_flash_attention_for_cpu_backward", "");

  private FlashAttention() {}

  /**
   * Which keys a query sees.
   *
   * @param causal those up to its own place only
   * @param keyMask added to the scores, [batch, 1, 1, keys], or null
   */
  record Sight(boolean causal, @Nullable Tensor keyMask) {}

  /**
   * @param out [batch, heads, queries, width]
   * @param logSumExp [batch, heads, queries]
   */
  record Result(Tensor out, Tensor logSumExp) {}

  /** Gradients of queries, keys and values, each of its input's shape. */
  record Gradients(Tensor query, Tensor key, Tensor value) {}

  static Result forward(Tensor query, Tensor key, Tensor value, Sight sight) {
    IValueVector results =
        FORWARD.call(query, key, value, 0.0, sight.causal(), mask(sight, query), null);
    return new Result(result(results, 0), result(results, 1));
  }

  /** Gradients through these keys, given the whole result over all keys. */
  static Gradients backward(Tensor gradient, Gradients inputs, Result whole, Sight sight) {
    IValueVector results =
        BACKWARD.call(
            gradient,
            inputs.query(),
            inputs.key(),
            inputs.value(),
            whole.out(),
            whole.logSumExp(),
            0.0,
            sight.causal(),
            mask(sight, inputs.query()),
            null);
    return new Gradients(result(results, 0), result(results, 1), result(results, 2));
  }

  private static @Nullable Tensor mask(Sight sight, Tensor query) {
    Tensor mask = sight.keyMask();
    return mask == null ? null : mask.expand(mask.size(0), 1, query.size(2), mask.size(3));
  }

  private static Tensor result(IValueVector results, long index) {
    return new Tensor(results.get(index).toTensor());
  }
}

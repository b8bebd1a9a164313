package io.vlmr1.nn;

import io.vlmr1.tensor.BoxedOperator;
import io.vlmr1.tensor.Retained;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Attention of batches without the matrix of scores (Dao et al. 2022), forward and backward as
 * torch's CPU kernels compute it, or on other devices {@link PlainAttention}. Both also take part
 * of the keys: forward tells the logarithm of the softmax's denominator, by which parts are merged;
 * backward takes the merged one.
 *
 * <p>Tensors are [batch, length, heads, width] float32, of any strides but the last; key heads may
 * be fewer than query heads.
 */
final class FlashAttention {
  private static final BoxedOperator FORWARD =
      new BoxedOperator("aten::_scaled_dot_product_flash_attention_for_cpu", "");
  private static final BoxedOperator BACKWARD =
      new BoxedOperator("aten::_scaled_dot_product_flash_attention_for_cpu_backward", "");
  private static final double NO_DROPOUT = 0;

  private static final BoxedOperator.Prepared WHOLE = prepared(false);
  private static final BoxedOperator.Prepared CAUSAL = prepared(true);

  private FlashAttention() {}

  /** Decoding makes many small calls: what stays the same is boxed once. */
  private static BoxedOperator.Prepared prepared(boolean causal) {
    return FORWARD.prepare(new Retained(), null, null, null, NO_DROPOUT, causal, null, null);
  }

  /**
   * An answer.
   *
   * @param output [batch, length, heads, width]
   * @param logSum [batch, length, heads]
   */
  record Result(Tensor output, Tensor logSum) {
    /** Heads before places, or back. */
    private Result swapped() {
      return new Result(FlashAttention.swapped(output), FlashAttention.swapped(logSum));
    }
  }

  /**
   * Attention of ever new queries to keys that stay: what stays the same is boxed once. Tensors are
   * as torch's kernel has them, [batch, heads, length, width] and [batch, heads, length].
   */
  static final class Fixed {
    private final Tensor keys;
    private final Tensor values;
    private final @Nullable Tensor mask;
    private final BoxedOperator.@Nullable Prepared operator;

    /**
     * Over these keys.
     *
     * @param mask [batch, 1, queries, keys] is added to the scores; null: each query sees all keys
     * @param owner what is boxed lives as long as it
     */
    Fixed(Tensor keys, Tensor values, @Nullable Tensor mask, Retained owner) {
      this.keys = keys;
      this.values = values;
      this.mask = mask;
      this.operator =
          keys.is_cpu()
              ? FORWARD.prepare(owner, null, keys, values, NO_DROPOUT, false, mask, null)
              : null;
    }

    Result of(Tensor query) {
      return operator == null
          ? plain(new Heads(query, keys, values), mask)
          : result(operator.results(2, query));
    }
  }

  /** Each query sees all keys; tensors as {@link Fixed} has them. */
  static Result byHeads(Heads heads) {
    return heads.query().is_cpu() ? kernel(WHOLE, heads) : plain(heads, null);
  }

  private static Result plain(Heads byHeads, @Nullable Tensor mask) {
    return PlainAttention.forward(byHeads.each(FlashAttention::swapped), false, mask).swapped();
  }

  /** Each query sees all keys, or those up to its own place. */
  static Result forward(Heads heads, boolean causal) {
    return heads.query().is_cpu()
        ? kernel(causal ? CAUSAL : WHOLE, heads.each(FlashAttention::swapped)).swapped()
        : PlainAttention.forward(heads, causal, null);
  }

  private static Result kernel(BoxedOperator.Prepared operator, Heads byHeads) {
    return result(operator.results(2, byHeads.query(), byHeads.key(), byHeads.value()));
  }

  private static Result result(Tensor[] results) {
    return new Result(results[0], results[1]);
  }

  /**
   * Gradients of the heads.
   *
   * @param whole the result over all keys: where it was merged from parts, the gradients are
   *     exactly this part's share
   * @param outer gradient of the output
   */
  static Heads backward(Heads heads, Result whole, Tensor outer, boolean causal) {
    if (!heads.query().is_cpu()) {
      return PlainAttention.backward(heads, whole, outer, causal);
    }
    IValueVector results =
        BACKWARD.call(
            swapped(outer),
            swapped(heads.query()),
            swapped(heads.key()),
            swapped(heads.value()),
            swapped(whole.output()),
            swapped(whole.logSum()),
            NO_DROPOUT,
            causal,
            null,
            null);
    return new Heads(result(results, 0), result(results, 1), result(results, 2));
  }

  private static Tensor swapped(Tensor tensor) {
    return tensor.transpose(1, 2);
  }

  private static Tensor result(IValueVector results, long index) {
    return new Tensor(results.get(index).toTensor()).transpose(1, 2);
  }
}

package io.vlmr1.nn;

import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FlashAttention} computes, by operations that every device has: with the matrix of
 * scores, so in memory that grows with queries times keys. Torch's kernels without that matrix are
 * written for a device each, and each has rules of its own.
 *
 * <p>Layouts are those of {@link FlashAttention}.
 */
final class PlainAttention {
  private PlainAttention() {}

  /** {@link FlashAttention#forward}; the mask [batch, 1, queries, keys] is added to the scores. */
  static FlashAttention.Result forward(Heads given, boolean causal, @Nullable Tensor mask) {
    Heads heads = given.each(PlainAttention::swapped);
    Tensor scores = scores(heads.query(), heads.key(), causal);
    if (mask != null) {
      scores = scores.add(mask);
    }
    Tensor logSum = torch.logsumexp(scores, new long[] {-1}, true);
    Tensor output = scores.sub(logSum).exp().matmul(repeated(heads.value(), heads.query()));
    return new FlashAttention.Result(swapped(output), swapped(logSum.squeeze(-1)));
  }

  /** {@link FlashAttention#backward}. */
  static Heads backward(Heads given, FlashAttention.Result whole, Tensor outer, boolean causal) {
    Heads heads = given.each(PlainAttention::swapped);
    Tensor query = heads.query();
    Tensor byOutput = swapped(outer);
    Tensor key = repeated(heads.key(), query);
    Tensor value = repeated(heads.value(), query);
    Tensor logSum = swapped(whole.logSum()).unsqueeze(-1);
    Tensor share = scores(query, heads.key(), causal).sub(logSum).exp();
    Tensor byValue = share.transpose(2, 3).matmul(byOutput);
    Tensor inner = byOutput.mul(swapped(whole.output())).sum(new long[] {-1}, true, null);
    Tensor byScore = byOutput.matmul(value.transpose(2, 3)).sub(inner).mul(share).mul(scale(query));
    return new Heads(
            byScore.matmul(key),
            summed(byScore.transpose(2, 3).matmul(query), heads.key()),
            summed(byValue, heads.value()))
        .each(PlainAttention::swapped);
  }

  /** [batch, length, heads, ..] to [batch, heads, length, ..] and back. */
  private static Tensor swapped(Tensor tensor) {
    return tensor.transpose(1, 2);
  }

  private static Tensor scores(Tensor query, Tensor key, boolean causal) {
    Tensor scores = query.matmul(repeated(key, query).transpose(2, 3)).mul(scale(query));
    if (!causal) {
      return scores;
    }
    Tensor later = torch.triu(torch.ones_like(scores.select(0, 0).select(0, 0)), 1);
    return scores.masked_fill(
        later.to(torch.ScalarType.Bool), new Scalar(Double.NEGATIVE_INFINITY));
  }

  private static Scalar scale(Tensor query) {
    return Tensors.scalar(1 / Math.sqrt((double) query.size(3)));
  }

  /** A key head for each query head. */
  private static Tensor repeated(Tensor few, Tensor query) {
    long each = query.size(1) / few.size(1);
    return each == 1
        ? few
        : torch.repeat_interleave(
            few,
            each,
            new org.bytedeco.pytorch.LongOptional(1),
            new org.bytedeco.pytorch.LongOptional());
  }

  private static Tensor summed(Tensor gradient, Tensor few) {
    long each = gradient.size(1) / few.size(1);
    return each == 1
        ? gradient
        : gradient.unflatten(1, few.size(1), each).sum(new long[] {2}, false, null);
  }
}

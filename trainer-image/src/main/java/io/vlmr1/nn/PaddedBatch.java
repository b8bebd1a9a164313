package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that lie end to end in N rows, as a rectangle of B sequences of L rows and back. Where
 * all lengths are equal the rectangle is a view. Padding stands behind each sequence, where
 * causality hides it, and is 0, so that its gradients are.
 */
public final class PaddedBatch implements AutoCloseable {
  private final Retained kept = new Retained();
  private final int[] lengths;
  private final int[] starts;
  private final int longest;
  private final long rows;
  private final @Nullable Tensor slots;

  /** Lengths in the order in which the sequences lie; 0 is allowed. */
  public PaddedBatch(int... lengths) {
    this.lengths = lengths.clone();
    longest = Math.max(1, Arrays.stream(lengths).max().orElse(1));
    rows = Arrays.stream(lengths).asLongStream().sum();
    starts = new int[lengths.length];
    long[] places = new long[Math.toIntExact(rows)];
    int row = 0;
    for (int s = 0; s < lengths.length; s++) {
      starts[s] = row;
      for (int i = 0; i < lengths[s]; i++) {
        places[row++] = (long) s * longest + i;
      }
    }
    if (rows == (long) lengths.length * longest) {
      slots = null;
      return;
    }
    try (Scope scope = Scope.open()) {
      slots = kept.keep(Tensors.ofLongs(places));
    }
  }

  /** B. */
  public int sequences() {
    return lengths.length;
  }

  /** L. */
  public int longest() {
    return longest;
  }

  /** N. */
  public long rows() {
    return rows;
  }

  /** Whether all sequences are of one length. */
  public boolean even() {
    return slots == null;
  }

  /** Rows of a sequence. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** First row of a sequence. */
  public int start(int sequence) {
    return starts[sequence];
  }

  /** Rows [N, ..] float32 to [B, L, ..]. */
  public Tensor pad(Tensor x) {
    if (slots == null) {
      return x.unflatten(0, lengths.length, longest);
    }
    long[] shape = Tensors.shape(x);
    shape[0] = (long) lengths.length * longest;
    return Tensors.zeros(Dtype.FLOAT32, shape)
        .index_copy_(0, slots, x)
        .unflatten(0, lengths.length, longest);
  }

  /** [B, L, ..] to rows [N, ..]; what stands in the padding is dropped. */
  public Tensor unpad(Tensor x) {
    Tensor flat = x.flatten(0, 1);
    return slots == null ? flat : flat.index_select(0, slots);
  }

  @Override
  public void close() {
    kept.close();
  }
}

package io.vlmr1.nn;

import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that lie end to end in N rows, as a rectangle of B sequences of L rows and back. Only
 * attention needs the rectangle; where all lengths are equal it is a view.
 */
public final class PaddedBatch implements AutoCloseable {
  private final int sequences;
  private final int longest;
  private final long rows;
  private final @Nullable Tensor toPadded;
  private final @Nullable Tensor toRows;
  private final @Nullable Tensor keyMask;

  /** Lengths in the order in which the sequences lie; 0 is allowed. */
  public PaddedBatch(int... lengths) {
    sequences = lengths.length;
    longest = Math.max(1, Arrays.stream(lengths).max().orElse(1));
    rows = Arrays.stream(lengths).asLongStream().sum();
    boolean ragged = Arrays.stream(lengths).anyMatch(length -> length != longest);
    if (!ragged) {
      toPadded = null;
      toRows = null;
      keyMask = null;
      return;
    }
    long[] padded = new long[sequences * longest];
    Arrays.fill(padded, rows); // the row of zeros behind the last
    long[] back = new long[Math.toIntExact(rows)];
    float[] mask = new float[sequences * longest];
    Arrays.fill(mask, Float.NEGATIVE_INFINITY);
    int row = 0;
    for (int s = 0; s < sequences; s++) {
      for (int i = 0; i < lengths[s]; i++) {
        padded[s * longest + i] = row;
        mask[s * longest + i] = 0;
        back[row++] = (long) s * longest + i;
      }
      if (lengths[s] == 0) {
        mask[s * longest] = 0; // a softmax over nothing would be NaN; its result is never read
      }
    }
    try (Scope scope = Scope.open()) {
      toPadded = owned(Tensors.ofLongs(padded));
      toRows = owned(Tensors.ofLongs(back));
      keyMask = owned(Tensors.ofFloats(mask, sequences, 1, 1, longest));
    }
  }

  private static Tensor owned(Tensor tensor) {
    tensor.retainReference();
    return tensor;
  }

  /** B. */
  public int sequences() {
    return sequences;
  }

  /** L. */
  public int longest() {
    return longest;
  }

  /** N. */
  public long rows() {
    return rows;
  }

  /**
   * 0 where a key is there and minus infinity where it is padding, [B, 1, 1, L] float32; null
   * without padding.
   */
  public @Nullable Tensor keyMask() {
    return keyMask;
  }

  /** Rows [N, heads, width] to [B, heads, L, width]; padding is zero. */
  public Tensor pad(Tensor x) {
    long heads = x.size(1);
    long width = x.size(2);
    Tensor gathered = x;
    if (toPadded != null) {
      Tensor extended = torch.constant_pad_nd(x, 0, 0, 0, 0, 0, 1);
      gathered = extended.index_select(0, toPadded);
    }
    return gathered.view(sequences, longest, heads, width).transpose(1, 2);
  }

  /** [B, heads, L, width] to rows [N, heads, width]; what stands in the padding is dropped. */
  public Tensor unpad(Tensor x) {
    Tensor flat = x.transpose(1, 2).reshape((long) sequences * longest, x.size(1), x.size(3));
    return toRows == null ? flat : flat.index_select(0, toRows);
  }

  @Override
  public void close() {
    if (toPadded != null) {
      toPadded.close();
    }
    if (toRows != null) {
      toRows.close();
    }
    if (keyMask != null) {
      keyMask.close();
    }
  }
}

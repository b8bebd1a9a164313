package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows that are being decoded stand: a rectangle of B prompts with G places each, so that
 * one call of the kernel serves all rows of all prompts. A place whose row has ended repeats some
 * other row; what it gives is never read.
 */
final class LiveRows implements AutoCloseable {
  private final Retained kept = new Retained();
  private final @Nullable Tensor rowOfPlace;
  private final @Nullable Tensor placeOfRow;

  /**
   * Rows in a rectangle.
   *
   * @param prompts B
   * @param places G
   * @param taken place of each row, prompt · G + column, ascending
   */
  LiveRows(int prompts, int places, int[] taken) {
    if (taken.length == prompts * places) {
      rowOfPlace = null;
      placeOfRow = null;
      return;
    }
    long[] rows = new long[prompts * places];
    for (int row = 0; row < taken.length; row++) {
      rows[taken[row]] = row;
    }
    try (Scope scope = Scope.open()) {
      rowOfPlace = kept.keep(Tensors.ofLongs(rows));
      placeOfRow = kept.keep(Tensors.ofLongs(Arrays.stream(taken).asLongStream().toArray()));
    }
  }

  /** [rows, ..] to [B · G, ..]. */
  Tensor spread(Tensor rows) {
    return rowOfPlace == null ? rows : rows.index_select(0, rowOfPlace);
  }

  /** [B, G, ..] to [rows, ..]. */
  Tensor rows(Tensor placed) {
    Tensor all = placed.flatten(0, 1);
    return placeOfRow == null ? all : all.index_select(0, placeOfRow);
  }

  @Override
  public void close() {
    kept.close();
  }
}

package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Which prompt each live row belongs to, as a rectangle of B prompts with as many places as the
 * fullest has rows: so the rows of all prompts are one batched product against their prompts' keys.
 */
public final class LiveRows implements AutoCloseable {
  private final Retained kept = new Retained();
  private final int prompts;
  private final int places;
  private final @Nullable Tensor keyMask;
  private final @Nullable Tensor toPlaces;
  private final @Nullable Tensor toRows;

  /**
   * @param promptOfRow ascending
   * @param prompts B
   * @param keyMask of the prompts' padding, [B, 1, 1, longest], or null; stays its owner's
   */
  public LiveRows(int[] promptOfRow, int prompts, @Nullable Tensor keyMask) {
    this.prompts = prompts;
    this.keyMask = keyMask;
    int[] count = new int[prompts];
    for (int prompt : promptOfRow) {
      count[prompt]++;
    }
    places = Math.max(1, Arrays.stream(count).max().orElse(1));
    if (Arrays.stream(count).allMatch(rows -> rows == places)) {
      toPlaces = null;
      toRows = null;
      return;
    }
    long[] forward = new long[prompts * places];
    long[] back = new long[promptOfRow.length];
    int[] filled = new int[prompts];
    for (int row = 0; row < promptOfRow.length; row++) {
      int place = promptOfRow[row] * places + filled[promptOfRow[row]]++;
      forward[place] = row; // places left empty repeat row 0; their results are never read
      back[row] = place;
    }
    try (Scope scope = Scope.open()) {
      toPlaces = kept.keep(Tensors.ofLongs(forward));
      toRows = kept.keep(Tensors.ofLongs(back));
    }
  }

  /** query [R, K, Q, W] against keys [B * K, W, P]: [R, K, Q, P], padding at minus infinity. */
  Tensor scores(Tensor query, Tensor keys) {
    Tensor scores = product(query, keys);
    return toRowsOf(keyMask == null ? scores : scores.add_(keyMask.unsqueeze(1)), query);
  }

  /** weights [R, K, Q, P] times values [B * K, P, W]: [R, K, Q, W]. */
  Tensor values(Tensor weights, Tensor values) {
    return toRowsOf(product(weights, values), weights);
  }

  /** x [R, K, Q, n] times y [B * K, n, m], row by row of its prompt: [B, places, K, Q, m]. */
  private Tensor product(Tensor x, Tensor y) {
    long heads = x.size(1);
    long queries = x.size(2);
    long inner = x.size(3);
    Tensor placed = toPlaces == null ? x : x.index_select(0, toPlaces);
    Tensor byPrompt =
        placed
            .reshape(prompts, places, heads, queries, inner)
            .permute(0, 2, 1, 3, 4)
            .reshape(prompts * heads, places * queries, inner);
    return byPrompt.bmm(y).view(prompts, heads, places, queries, y.size(2)).permute(0, 2, 1, 3, 4);
  }

  private Tensor toRowsOf(Tensor byPlace, Tensor like) {
    Tensor flat =
        byPlace.reshape((long) prompts * places, like.size(1), like.size(2), byPlace.size(4));
    return toRows == null ? flat : flat.index_select(0, toRows);
  }

  @Override
  public void close() {
    kept.close();
  }
}

package io.vlmr1.model.decoder;

import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.tensor.Retained;
import java.util.List;

/**
 * A language model with a second copy of its weights, as they are now, laid out for the products of
 * few rows.
 *
 * @param rows that it was laid out for
 * @param blocks the layers over it
 * @param head the head over it
 * @param kept the copy
 */
record DecodingCopy(
    int rows, List<TransformerBlock> blocks, LanguageHead.Weights head, Retained kept)
    implements AutoCloseable {

  static DecodingCopy of(LanguageModel model, int rows) {
    Retained kept = new Retained();
    return new DecodingCopy(
        rows,
        model.blocks().stream().map(block -> block.packed(rows, kept)).toList(),
        model.head().packed(rows, kept),
        kept);
  }

  @Override
  public void close() {
    kept.close();
  }
}

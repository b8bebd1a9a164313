package io.vlmr1.model.decoder;

import io.vlmr1.nn.LanguageHead;
import io.vlmr1.nn.TransformerBlock;
import io.vlmr1.tensor.Retained;
import java.util.List;

/**
 * A language model with a second copy of its weights, as they are now, laid out for the products of
 * few rows.
 */
final class DecodingCopy implements AutoCloseable {
  private final Retained kept = new Retained();
  private final int rows;
  private final List<TransformerBlock> blocks;
  private final LanguageHead.Weights head;

  /** For products of so many rows. */
  DecodingCopy(LanguageModel model, int rows) {
    this.rows = rows;
    blocks = model.blocks().stream().map(block -> block.packed(rows, kept)).toList();
    head = model.head().packed(rows, kept);
  }

  /** What it was laid out for. */
  int rows() {
    return rows;
  }

  /** The layers over it. */
  List<TransformerBlock> blocks() {
    return blocks;
  }

  /** The head over it. */
  LanguageHead.Weights head() {
    return head;
  }

  @Override
  public void close() {
    kept.close();
  }
}

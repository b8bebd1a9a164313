package io.vlmr1.model;

import org.bytedeco.pytorch.Tensor;

/**
 * Completions being decoded. Row r belongs to prompt r / completionsPerPrompt of those given at the
 * start; keys and values of a prompt exist once, whatever the number of its rows.
 */
public interface DecodeSession extends AutoCloseable {

  /**
   * Logits of the next token of each live row: [live rows, vocabulary] float32; valid until the
   * next call.
   */
  Tensor logits();

  /** Appends one token to each live row and computes the logits of the next. */
  void advance(int[] tokens);

  /** Goes on with these of the live rows only (indices into the live rows, ascending). */
  void retain(int[] rows);

  @Override
  void close();
}

package io.vlmr1.sft;

import io.vlmr1.data.Row;
import io.vlmr1.text.Tokenizer;
import java.util.Arrays;

/**
 * What the model should answer, as token ids.
 *
 * @param tokenizer of the model
 * @param turnEnd the token that ends an answer
 */
public record Targets(Tokenizer tokenizer, int turnEnd) {

  /** The row's target with the end of the turn behind it. */
  public int[] of(Row row) {
    int[] ids = tokenizer.encode(row.target());
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = turnEnd;
    return ended;
  }
}

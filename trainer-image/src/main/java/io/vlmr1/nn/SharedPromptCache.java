package io.vlmr1.nn;

import io.vlmr1.nn.Attention.Projected;
import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Keys and values of one layer while completions are decoded: a prompt's once, whatever the number
 * of its rows, and each row's own.
 *
 * <p>The queries of all rows of a prompt are one matrix against the prompt's keys. B prompts, R
 * live rows, K key heads, Q query heads a key head, W width.
 */
public final class SharedPromptCache implements AutoCloseable {
  private final Retained kept = new Retained();
  private Retained ownKept = new Retained();
  private final Tensor promptKey; // [B * K, W, longest prompt]
  private final Tensor promptValue; // [B * K, longest prompt, W]
  private Tensor ownKey; // [R, K, room, W]
  private Tensor ownValue;

  /**
   * @param prompts of the rows of key and value
   * @param key [prompt rows, K, W] float32
   * @param value as key
   * @param rows R at the start
   * @param room most tokens of a row
   */
  public SharedPromptCache(PaddedBatch prompts, Tensor key, Tensor value, int rows, int room) {
    try (Scope scope = Scope.open()) {
      Tensor keys = prompts.pad(key);
      Tensor values = prompts.pad(value);
      long heads = key.size(1);
      long width = key.size(2);
      promptKey =
          kept.keep(keys.transpose(2, 3).reshape(-1, width, prompts.longest()).contiguous());
      promptValue = kept.keep(values.reshape(-1, prompts.longest(), width).contiguous());
      ownKey = ownKept.keep(Tensors.empty(Dtype.FLOAT32, rows, heads, room, width));
      ownValue = ownKept.keep(Tensors.empty(Dtype.FLOAT32, rows, heads, room, width));
    }
  }

  /**
   * One new token a row attends to its prompt and to its own row up to itself.
   *
   * @param inputs of the new tokens: [R, heads, W]
   * @param step how many tokens the rows had before
   * @param rows where each live row stands among its prompt's
   * @return [R, heads, W] float32
   */
  public Tensor attend(Projected inputs, int step, LiveRows rows) {
    long live = inputs.query().size(0);
    long keyHeads = inputs.key().size(1);
    long perKey = inputs.query().size(1) / keyHeads;
    long width = inputs.query().size(2);
    ownKey.select(2, step).copy_(inputs.key());
    ownValue.select(2, step).copy_(inputs.value());
    Tensor query =
        inputs
            .query()
            .mul(new Scalar(1 / Math.sqrt((double) width)))
            .reshape(live, keyHeads, perKey, width);
    Tensor overPrompt = rows.scores(query, promptKey); // [R, K, Q, longest prompt]
    Tensor overOwn = torch.matmul(query, ownKey.narrow(2, 0, step + 1).transpose(2, 3));
    Tensor weights = torch.softmax(Tensors.cat(-1, overPrompt, overOwn), -1);
    long prompt = overPrompt.size(3);
    Tensor fromPrompt = rows.values(weights.narrow(3, 0, prompt), promptValue);
    Tensor fromOwn =
        torch.matmul(weights.narrow(3, prompt, step + 1), ownValue.narrow(2, 0, step + 1));
    return fromPrompt.add(fromOwn).reshape(live, keyHeads * perKey, width);
  }

  /** Goes on with these rows, [live] int64; the first `step` tokens of each are kept. */
  public void retain(Tensor rows) {
    Retained next = new Retained();
    try (Scope scope = Scope.open()) {
      ownKey = next.keep(ownKey.index_select(0, rows));
      ownValue = next.keep(ownValue.index_select(0, rows));
    }
    ownKept.close();
    ownKept = next;
  }

  @Override
  public void close() {
    ownKept.close();
    kept.close();
  }
}

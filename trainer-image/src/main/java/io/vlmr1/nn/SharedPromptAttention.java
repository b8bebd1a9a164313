package io.vlmr1.nn;

import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention of groups that share their prompt. Rows: the prompts of all groups end to end, then the
 * completions of all groups end to end. A prompt row sees its prompt up to itself; a completion row
 * sees its whole prompt and its own completion up to itself.
 *
 * <p>A completion's two parts are computed apart, each as one call for the whole pack, and merged
 * by their log-sum-exp; nothing of a prompt is repeated for its completions. Backward calls the
 * kernel for each part with the merged result, which gives exactly the part's share of the
 * gradients.
 */
public final class SharedPromptAttention implements Attention {
  private static final FlashAttention.Sight CAUSAL = new FlashAttention.Sight(true, null);

  private final PaddedBatch prompts;
  private final PaddedBatch completions;
  private final PaddedBatch groupsOfCompletions;
  private final FlashAttention.Sight promptKeys;

  /**
   * @param prompts one sequence a group
   * @param completions one sequence a completion, group by group
   * @param groupsOfCompletions one sequence a group: all its completions end to end
   */
  public SharedPromptAttention(
      PaddedBatch prompts, PaddedBatch completions, PaddedBatch groupsOfCompletions) {
    this.prompts = prompts;
    this.completions = completions;
    this.groupsOfCompletions = groupsOfCompletions;
    this.promptKeys = new FlashAttention.Sight(false, prompts.keyMask());
  }

  @Override
  public Applied apply(Projected inputs) {
    return new Shared(inputs);
  }

  /**
   * Repeats each key head for the queries of its group of heads: [rows, key heads, width] to [rows,
   * heads, width].
   */
  private static Tensor forEachQueryHead(Tensor x, long heads) {
    long keyHeads = x.size(1);
    if (keyHeads == heads) {
      return x;
    }
    long rows = x.size(0);
    long width = x.size(2);
    return x.unsqueeze(2)
        .expand(rows, keyHeads, heads / keyHeads, width)
        .reshape(rows, heads, width);
  }

  private static Tensor sumOverQueryHeads(Tensor gradient, long keyHeads) {
    long heads = gradient.size(1);
    if (keyHeads == heads) {
      return gradient;
    }
    return gradient
        .view(gradient.size(0), keyHeads, heads / keyHeads, gradient.size(2))
        .sum(new long[] {2}, false, null);
  }

  private final class Shared implements Applied {
    private final long keyHeads;
    private final FlashAttention.Gradients prompt; // [groups, heads, longest prompt, width]
    private final FlashAttention.Result promptResult;
    private final boolean hasCompletions;
    private final Tensor completionQuery; // [completion rows, heads, width]
    private final Tensor completionKey;
    private final Tensor completionValue;
    private final Tensor mergedOut; // [completion rows, heads, width]
    private final Tensor mergedLogSumExp; // [completion rows, heads, 1]
    private final Tensor out;

    Shared(Projected inputs) {
      long heads = inputs.query().size(1);
      long promptRows = prompts.rows();
      long completionRows = completions.rows();
      keyHeads = inputs.key().size(1);
      hasCompletions = completionRows > 0;
      Tensor query = inputs.query();
      Tensor key = forEachQueryHead(inputs.key(), heads);
      Tensor value = forEachQueryHead(inputs.value(), heads);
      prompt =
          new FlashAttention.Gradients(
              prompts.pad(query.narrow(0, 0, promptRows)),
              prompts.pad(key.narrow(0, 0, promptRows)),
              prompts.pad(value.narrow(0, 0, promptRows)));
      promptResult = FlashAttention.forward(prompt.query(), prompt.key(), prompt.value(), CAUSAL);
      completionQuery = query.narrow(0, promptRows, completionRows);
      completionKey = key.narrow(0, promptRows, completionRows);
      completionValue = value.narrow(0, promptRows, completionRows);
      Tensor promptOut = prompts.unpad(promptResult.out());
      if (!hasCompletions) {
        mergedOut = completionQuery;
        mergedLogSumExp = completionQuery;
        out = promptOut;
        return;
      }
      FlashAttention.Result own =
          FlashAttention.forward(
              completions.pad(completionQuery),
              completions.pad(completionKey),
              completions.pad(completionValue),
              CAUSAL);
      FlashAttention.Result overPrompt =
          FlashAttention.forward(
              groupsOfCompletions.pad(completionQuery), prompt.key(), prompt.value(), promptKeys);
      Tensor ownLog = completions.unpad(own.logSumExp().unsqueeze(3));
      Tensor promptLog = groupsOfCompletions.unpad(overPrompt.logSumExp().unsqueeze(3));
      mergedLogSumExp = torch.logaddexp(ownLog, promptLog);
      Tensor ownShare = ownLog.sub(mergedLogSumExp).exp_();
      Tensor promptShare = promptLog.sub(mergedLogSumExp).exp_();
      mergedOut =
          torch.addcmul(
              completions.unpad(own.out()).mul(ownShare),
              groupsOfCompletions.unpad(overPrompt.out()),
              promptShare);
      out = Tensors.cat(0, promptOut, mergedOut);
    }

    @Override
    public Tensor out() {
      return out;
    }

    @Override
    public Projected backward(Tensor gradient) {
      FlashAttention.Gradients promptPart =
          FlashAttention.backward(
              prompts.pad(gradient.narrow(0, 0, prompts.rows())), prompt, promptResult, CAUSAL);
      if (!hasCompletions) {
        return projected(
            prompts.unpad(promptPart.query()),
            prompts.unpad(promptPart.key()),
            prompts.unpad(promptPart.value()));
      }
      Tensor completionGradient = gradient.narrow(0, prompts.rows(), completions.rows());
      FlashAttention.Gradients own =
          FlashAttention.backward(
              completions.pad(completionGradient),
              new FlashAttention.Gradients(
                  completions.pad(completionQuery),
                  completions.pad(completionKey),
                  completions.pad(completionValue)),
              merged(completions),
              CAUSAL);
      FlashAttention.Gradients overPrompt =
          FlashAttention.backward(
              groupsOfCompletions.pad(completionGradient),
              new FlashAttention.Gradients(
                  groupsOfCompletions.pad(completionQuery), prompt.key(), prompt.value()),
              merged(groupsOfCompletions),
              promptKeys);
      return projected(
          Tensors.cat(
              0,
              prompts.unpad(promptPart.query()),
              completions.unpad(own.query()).add(groupsOfCompletions.unpad(overPrompt.query()))),
          Tensors.cat(
              0,
              prompts.unpad(promptPart.key().add(overPrompt.key())),
              completions.unpad(own.key())),
          Tensors.cat(
              0,
              prompts.unpad(promptPart.value().add(overPrompt.value())),
              completions.unpad(own.value())));
    }

    private Projected projected(Tensor query, Tensor key, Tensor value) {
      return new Projected(
          query, sumOverQueryHeads(key, keyHeads), sumOverQueryHeads(value, keyHeads));
    }

    private FlashAttention.Result merged(PaddedBatch layout) {
      return new FlashAttention.Result(
          layout.pad(mergedOut), layout.pad(mergedLogSumExp).squeeze(3));
    }

    @Override
    public void retain(Retained owner) {
      owner.keep(prompt.query());
      owner.keep(prompt.key());
      owner.keep(prompt.value());
      owner.keep(promptResult.out());
      owner.keep(promptResult.logSumExp());
      owner.keep(completionQuery);
      owner.keep(completionKey);
      owner.keep(completionValue);
      owner.keep(mergedOut);
      owner.keep(mergedLogSumExp);
    }
  }
}

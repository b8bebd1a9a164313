package io.vlmr1.nn;

import io.vlmr1.tensor.Dtype;
import io.vlmr1.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention of groups that share their prompt. Rows: the prompts of all groups end to end, then the
 * completions of all groups end to end. A prompt row sees its prompt up to itself; a completion row
 * sees its whole prompt and its own completion up to itself.
 *
 * <p>A completion's attention is computed in two parts, over the prompt's keys (p) and over its own
 * (o), and merged by their log-sums l: out = out_o + sigmoid(l_p - l_o) (out_p - out_o), l =
 * log(exp l_p + exp l_o). Nothing of a prompt is repeated for its completions. Backward calls the
 * kernel for each part with the merged result, which gives exactly the part's share of the
 * gradients.
 */
public final class SharedPromptAttention implements Attention {
  private final PaddedBatch prompts;
  private final PaddedBatch completions;
  private final PaddedBatch groups;

  /**
   * All three stay the caller's.
   *
   * @param prompts one sequence a group
   * @param completions one sequence a completion, group by group
   * @param groups one sequence a group: all its completions end to end
   */
  public SharedPromptAttention(PaddedBatch prompts, PaddedBatch completions, PaddedBatch groups) {
    this.prompts = prompts;
    this.completions = completions;
    this.groups = groups;
  }

  @Override
  public Attended attend(Heads heads) {
    Heads ofPrompts = promptRows(heads);
    FlashAttention.Result self = FlashAttention.forward(ofPrompts.each(prompts::pad), true);
    Tensor promptOutput = prompts.unpad(self.output());
    List<Tensor> logSums = new ArrayList<>();
    logSums.add(self.logSum());
    if (completions.rows() == 0) {
      return new Attended(promptOutput, logSums);
    }
    Tensor output = Tensors.empty(Dtype.FLOAT32, Tensors.shape(heads.query()));
    output.narrow(0, 0, prompts.rows()).copy_(promptOutput);
    Heads ofCompletions = completionRows(heads);
    FlashAttention.Result own = FlashAttention.forward(ofCompletions.each(completions::pad), true);
    Tensor ownOutput = completions.unpad(own.output());
    Tensor ownLog = completions.unpad(own.logSum());
    List<Tensor> shared = new ArrayList<>();
    List<Tensor> sharedLogs = new ArrayList<>();
    for (Part part : parts(ofPrompts, ofCompletions)) {
      FlashAttention.Result result = FlashAttention.forward(part.heads(), false);
      shared.add(result.output().flatten(0, 1));
      sharedLogs.add(result.logSum().flatten(0, 1));
    }
    Tensor sharedLog = Tensors.cat(0, sharedLogs);
    Tensor share = torch.sigmoid(sharedLog.sub(ownLog)).unsqueeze(2);
    output
        .narrow(0, prompts.rows(), completions.rows())
        .copy_(ownOutput.lerp(Tensors.cat(0, shared), share));
    logSums.add(torch.logaddexp(sharedLog, ownLog));
    return new Attended(output, logSums);
  }

  /**
   * Completions against prompts' keys: one call for all groups where they are of one size, else one
   * a group, so that no key is masked.
   *
   * @param heads queries of completions, keys and values of prompts: [B, L, heads, width]
   * @param promptStart first of the prompts' rows
   * @param start first of the completions' rows
   */
  private record Part(Heads heads, long promptStart, long start) {
    Tensor queryRows(Tensor all) {
      return all.narrow(0, start, heads.query().size(0) * heads.query().size(1))
          .unflatten(0, heads.query().size(0), heads.query().size(1));
    }

    Tensor keyRows(Tensor all) {
      return all.narrow(0, promptStart, heads.key().size(0) * heads.key().size(1));
    }
  }

  private List<Part> parts(Heads ofPrompts, Heads ofCompletions) {
    if (prompts.even() && groups.even()) {
      Heads heads =
          new Heads(
              groups.pad(ofCompletions.query()),
              prompts.pad(ofPrompts.key()),
              prompts.pad(ofPrompts.value()));
      return List.of(new Part(heads, 0, 0));
    }
    List<Part> parts = new ArrayList<>();
    for (int g = 0; g < groups.sequences(); g++) {
      if (groups.length(g) > 0) {
        Heads keys = ofPrompts.rows(prompts.start(g), prompts.length(g));
        Tensor queries = ofCompletions.query().narrow(0, groups.start(g), groups.length(g));
        Heads heads =
            new Heads(queries, keys.key(), keys.value()).each(tensor -> tensor.unsqueeze(0));
        parts.add(new Part(heads, prompts.start(g), groups.start(g)));
      }
    }
    return parts;
  }

  @Override
  public void backward(Heads heads, Attended attended, Tensor outer, Heads gradient) {
    Heads ofPrompts = promptRows(heads);
    Heads promptGradient = promptRows(gradient);
    FlashAttention.Result self =
        new FlashAttention.Result(
            prompts.pad(promptRows(attended.output())), attended.logSums().get(0));
    promptGradient.set(
        FlashAttention.backward(
                ofPrompts.each(prompts::pad), self, prompts.pad(promptRows(outer)), true)
            .each(prompts::unpad));
    if (completions.rows() == 0) {
      return;
    }
    Heads ofCompletions = completionRows(heads);
    Heads completionGradient = completionRows(gradient);
    Tensor output = completionRows(attended.output());
    Tensor logSum = attended.logSums().get(1);
    Tensor inner = completionRows(outer);
    FlashAttention.Result merged =
        new FlashAttention.Result(completions.pad(output), completions.pad(logSum));
    completionGradient.set(
        FlashAttention.backward(
                ofCompletions.each(completions::pad), merged, completions.pad(inner), true)
            .each(completions::unpad));
    for (Part part : parts(ofPrompts, ofCompletions)) {
      FlashAttention.Result whole =
          new FlashAttention.Result(part.queryRows(output), part.queryRows(logSum));
      Heads found = FlashAttention.backward(part.heads(), whole, part.queryRows(inner), false);
      part.queryRows(completionGradient.query()).add_(found.query());
      part.keyRows(promptGradient.key()).add_(found.key().flatten(0, 1));
      part.keyRows(promptGradient.value()).add_(found.value().flatten(0, 1));
    }
  }

  private Heads promptRows(Heads heads) {
    return heads.rows(0, prompts.rows());
  }

  private Tensor promptRows(Tensor all) {
    return all.narrow(0, 0, prompts.rows());
  }

  private Heads completionRows(Heads heads) {
    return heads.rows(prompts.rows(), completions.rows());
  }

  private Tensor completionRows(Tensor all) {
    return all.narrow(0, prompts.rows(), completions.rows());
  }
}

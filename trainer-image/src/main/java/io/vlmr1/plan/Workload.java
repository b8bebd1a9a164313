package io.vlmr1.plan;

import io.vlmr1.model.PreparedImage;
import io.vlmr1.model.PreparedPrompt;
import io.vlmr1.nn.BlockBytes;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one process does in a step, in sizes.
 *
 * @param model that learns
 * @param batch what it learns from
 * @param method how
 * @param spread over which processes
 */
public record Workload(ModelSizes model, Batch batch, Method method, Spread spread) {

  /**
   * What is computed on together.
   *
   * @param prompts in one forward pass
   * @param passes forward passes to an optimizer step
   * @param prompt size of each prompt
   * @param group completions of each
   * @param completion tokens of each
   */
  public record Batch(int prompts, int passes, Prompt prompt, int group, int completion) {}

  /**
   * A prompt.
   *
   * @param tokens of it, those of its pictures included
   * @param images pictures
   * @param patches of all its pictures
   * @param imageTokens of all its pictures
   * @param patchNumbers numbers of a patch
   */
  public record Prompt(int tokens, int images, int patches, int imageTokens, int patchNumbers) {
    /** That of a prompt, whose image tokens are those that repeat the most frequent one. */
    public static Prompt of(PreparedPrompt prompt) {
      int patches = prompt.images().stream().mapToInt(PreparedImage::patchCount).sum();
      long numbers = prompt.images().stream().mapToLong(each -> each.patches().numel()).sum();
      int most =
          Arrays.stream(prompt.ids())
              .boxed()
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
              .values()
              .stream()
              .mapToInt(Long::intValue)
              .max()
              .orElse(0);
      return new Prompt(
          prompt.ids().length,
          prompt.images().size(),
          patches,
          patches == 0 ? 0 : most,
          patches == 0 ? 0 : Math.toIntExact(numbers / patches));
    }
  }

  /**
   * How it learns.
   *
   * @param sampled whether completions are sampled in the step; given otherwise
   * @param trained whether there is an update
   * @param scored how often all completions are scored without gradients: by the reference, and by
   *     the policy where they are used more than once
   * @param iterations optimizer steps that completions are used for
   * @param reference whether there is a second model for the KL penalty
   * @param kept bytes that activations may take; 0: only layers' inputs are kept
   */
  public record Method(
      boolean sampled, boolean trained, int scored, int iterations, boolean reference, long kept) {}

  /**
   * The processes that train together.
   *
   * @param processes how many
   * @param stage of ZeRO (Rajbhandari et al. 2020): 0 nothing is sliced, 1 the optimizer's state, 2
   *     gradients too, 3 weights too
   */
  public record Spread(int processes, int stage) {
    /** Into how many slices something is cut from a stage on. */
    long slices(int from) {
      return stage >= from ? processes : 1;
    }
  }

  /** Rows of a forward pass. */
  BlockBytes.Rows rows() {
    return new BlockBytes.Rows(promptRows(), completionRows());
  }

  long promptRows() {
    return (long) batch.prompts() * batch.prompt().tokens();
  }

  long completionRows() {
    return (long) batch.prompts() * batch.group() * batch.completion();
  }

  /** Rows of the vision tower in a pass. */
  long patches() {
    return (long) batch.prompts() * batch.prompt().patches();
  }

  long imageTokens() {
    return (long) batch.prompts() * batch.prompt().imageTokens();
  }

  /** The same with another model. */
  Workload with(ModelSizes other) {
    return new Workload(other, batch, method, spread);
  }

  /** The same with another amount of kept activations. */
  public Workload keeping(long bytes) {
    return new Workload(
        model,
        batch,
        new Method(
            method.sampled(),
            method.trained(),
            method.scored(),
            method.iterations(),
            method.reference(),
            bytes),
        spread);
  }

  /** The same with another stage. */
  Workload stage(int stage) {
    return new Workload(model, batch, method, new Spread(spread.processes(), stage));
  }

  /** The same with completions of another length. */
  public Workload completion(int tokens) {
    Batch other = new Batch(batch.prompts(), batch.passes(), batch.prompt(), batch.group(), tokens);
    return new Workload(model, other, method, spread);
  }

  /** The same prompts of a step in more passes. */
  Workload prompts(int together) {
    int all = batch.prompts() * batch.passes();
    Batch other =
        new Batch(
            together,
            (all + together - 1) / together,
            batch.prompt(),
            batch.group(),
            batch.completion());
    return new Workload(model, other, method, spread);
  }
}

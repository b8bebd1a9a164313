package io.vlmr1.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Runs blocks one after the other, forward and backward, and keeps between the two what it was told
 * to: nothing, the inputs of each block's halves (the products are then computed again: gradient
 * checkpointing, Chen et al. 2016), or everything.
 */
public final class BlockStack implements AutoCloseable {
  private final List<TransformerBlock> blocks;
  private final Rotary rotary;
  private final IntFunction<Attention> attentions;
  private final Memory memory;
  private final List<TransformerBlock.Saved> saved = new ArrayList<>();

  /** What a run keeps for backward. */
  public enum Memory {
    /** Nothing. */
    NONE,
    /** The inputs of each block's halves. */
    INPUTS,
    /** Everything. */
    ALL
  }

  /**
   * A stack that has not run.
   *
   * @param rotary turns all rows
   * @param attentions that of each block by its index
   */
  public BlockStack(
      List<TransformerBlock> blocks,
      Rotary rotary,
      IntFunction<Attention> attentions,
      Memory memory) {
    this.blocks = blocks;
    this.rotary = rotary;
    this.attentions = attentions;
    this.memory = memory;
  }

  /** x [T, D] to [T, D]. Call it once. */
  public Tensor forward(Tensor x) {
    Tensor hidden = x;
    for (int i = 0; i < blocks.size(); i++) {
      try (Unit.Use use = blocks.get(i).unit().read()) {
        expect(i + 1);
        Tensor next = blocks.get(i).forward(hidden, rotary, attentions.apply(i), tape());
        if (memory == Memory.NONE && i > 0) {
          hidden.close(); // or the inputs of all blocks would wait for the caller's scope
        }
        hidden = next;
      }
    }
    return hidden;
  }

  /** Weights that are not here come while the block before them runs. */
  private void expect(int next) {
    if (next >= 0 && next < blocks.size()) {
      blocks.get(next).unit().expect();
    }
  }

  private TransformerBlock.@Nullable Saved tape() {
    if (memory == Memory.NONE) {
      return null;
    }
    TransformerBlock.Saved tape = new TransformerBlock.Saved(memory == Memory.ALL);
    saved.add(tape);
    return tape;
  }

  /**
   * Adds the gradients of all blocks' weights. Call it once.
   *
   * @param gradient of the output, [T, D]; becomes that of the input, in place
   */
  public void backward(Tensor gradient) {
    for (int i = saved.size() - 1; i >= 0; i--) {
      try (TransformerBlock.Saved tape = saved.remove(i);
          Unit.Use use = blocks.get(i).unit().learn()) {
        expect(i - 1);
        blocks.get(i).backward(gradient, rotary, attentions.apply(i), tape);
      }
    }
  }

  @Override
  public void close() {
    saved.forEach(TransformerBlock.Saved::close);
    saved.clear();
  }
}

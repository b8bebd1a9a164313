package io.vlmr1.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
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
  private int whole;

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

  /**
   * Makes the last blocks keep everything where all others keep their inputs; the last, because
   * backward frees them first. Which they are changes no bit of the gradients. Call it before
   * forward.
   *
   * @param count how many; as many as there are blocks at most
   */
  public void keepLast(int count) {
    whole = Math.min(count, blocks.size());
  }

  /** How many of the last blocks fit with all that they have into so many bytes of T rows. */
  public int fitting(long bytes, long rows) {
    int count = 0;
    long left = bytes;
    while (count < blocks.size()) {
      left -= bytes(blocks.size() - 1 - count).more(rows);
      if (left < 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** What all blocks keep of T rows in any case. */
  public long inputs(long rows) {
    return IntStream.range(0, blocks.size()).mapToLong(i -> bytes(i).inputs(rows)).sum();
  }

  /** Bytes of the output of T rows. */
  public long output(long rows) {
    return blocks.isEmpty() ? 0 : bytes(blocks.size() - 1).output(rows);
  }

  /** What the last blocks keep beyond that. */
  public long more(int count, long rows) {
    int first = blocks.size() - count;
    return IntStream.range(first, blocks.size()).mapToLong(i -> bytes(i).more(rows)).sum();
  }

  private BlockBytes bytes(int block) {
    return blocks.get(block).bytes(rotary != Rotary.NONE);
  }

  /** Bytes that are kept now. */
  public long keptBytes() {
    return saved.stream().mapToLong(TransformerBlock.Saved::bytes).sum();
  }

  /** x [T, D] to [T, D]. Call it once. */
  public Tensor forward(Tensor x) {
    Tensor hidden = x;
    for (int i = 0; i < blocks.size(); i++) {
      try (Unit.Use use = blocks.get(i).unit().read()) {
        expect(i + 1);
        Tensor next = blocks.get(i).forward(hidden, rotary, attentions.apply(i), tape(i));
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

  private TransformerBlock.@Nullable Saved tape(int block) {
    if (memory == Memory.NONE) {
      return null;
    }
    boolean everything = memory == Memory.ALL || block >= blocks.size() - whole;
    TransformerBlock.Saved tape = new TransformerBlock.Saved(everything);
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

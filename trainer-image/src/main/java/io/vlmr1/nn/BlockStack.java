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
  private @Nullable Tensor read;

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

  /**
   * Only some rows of the last block's output are read, as a language model's head does: what it
   * would compute of the others behind its attention is left out, and forward gives only these.
   * Call it before forward.
   *
   * @param rows [n] which, some perhaps more than once; stays the caller's until the stack is
   *     closed
   */
  public void onlyRead(Tensor rows) {
    read = rows;
  }

  private @Nullable Tensor read(int block) {
    return block == blocks.size() - 1 ? read : null;
  }

  /** Of so many rows, those that a block computes behind its attention. */
  private long behind(int block, long rows) {
    Tensor some = read(block);
    return some == null ? rows : some.numel();
  }

  /** How many of the last blocks fit with all that they have into so many bytes of T rows. */
  public int fitting(long bytes, long rows) {
    int count = 0;
    long left = bytes;
    while (count < blocks.size()) {
      left -= moreOf(blocks.size() - 1 - count, rows);
      if (left < 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** What all blocks keep of T rows in any case. */
  public long inputs(long rows) {
    return IntStream.range(0, blocks.size())
        .mapToLong(i -> bytes(i).inputs(rows, behind(i, rows)))
        .sum();
  }

  /** Bytes of the output of T rows. */
  public long output(long rows) {
    return blocks.isEmpty() ? 0 : bytes(blocks.size() - 1).output(rows);
  }

  /** What the last blocks keep beyond that. */
  public long more(int count, long rows) {
    int first = blocks.size() - count;
    return IntStream.range(first, blocks.size()).mapToLong(i -> moreOf(i, rows)).sum();
  }

  private long moreOf(int block, long rows) {
    return bytes(block).more(rows, behind(block, rows));
  }

  private BlockBytes bytes(int block) {
    return blocks.get(block).bytes(rotary != Rotary.NONE);
  }

  /** Bytes that are kept now. */
  public long keptBytes() {
    return saved.stream().mapToLong(TransformerBlock.Saved::bytes).sum();
  }

  /** x [T, D] to [T, D], or to those rows that are read. Call it once. */
  public Tensor forward(Tensor x) {
    Tensor hidden = x;
    for (int i = 0; i < blocks.size(); i++) {
      try (Unit.Use use = blocks.get(i).unit().read()) {
        expect(i + 1);
        Tensor next = blocks.get(i).forward(hidden, rotary, attentions.apply(i), tape(i), read(i));
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
   * @param gradient of what forward gave; is overwritten
   * @return that of the input, [T, D]; the same tensor where all rows were read
   */
  public Tensor backward(Tensor gradient) {
    Tensor running = gradient;
    for (int i = saved.size() - 1; i >= 0; i--) {
      try (TransformerBlock.Saved tape = saved.remove(i);
          Unit.Use use = blocks.get(i).unit().learn()) {
        expect(i - 1);
        running = blocks.get(i).backward(running, rotary, attentions.apply(i), tape, read(i));
      }
    }
    return running;
  }

  @Override
  public void close() {
    saved.forEach(TransformerBlock.Saved::close);
    saved.clear();
  }
}

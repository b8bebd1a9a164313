package io.vlmr1.nn;

import io.vlmr1.nn.Attention.Projected;
import io.vlmr1.tensor.Retained;
import io.vlmr1.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs blocks one after the other, forward and backward, and keeps between the two what it was told
 * to: nothing, the input of each block (which is then computed again: gradient checkpointing, Chen
 * et al. 2016), or everything.
 *
 * <p>Autograd sees the two halves of a block; attention between them is differentiated by hand.
 */
public final class BlockStack implements AutoCloseable {
  private final List<TransformerBlock> blocks;
  private final Rotary.Angles angles;
  private final IntFunction<Attention> attentions;
  private final Memory memory;
  private final List<Tape> tapes = new ArrayList<>();

  /** What a run keeps for backward. */
  public enum Memory {
    /** Nothing. */
    NONE,
    /** The input of each block. */
    INPUTS,
    /** Everything. */
    ALL
  }

  /**
   * @param angles of all rows
   * @param attentions that of each block by its index
   */
  public BlockStack(
      List<TransformerBlock> blocks,
      Rotary.Angles angles,
      IntFunction<Attention> attentions,
      Memory memory) {
    this.blocks = blocks;
    this.angles = angles;
    this.attentions = attentions;
    this.memory = memory;
  }

  /** x [T, D] to [T, D], without graph. Call it once. */
  public Tensor forward(Tensor x) {
    Tensor hidden = x;
    for (int i = 0; i < blocks.size(); i++) {
      int layer = i;
      Tensor input = hidden;
      hidden = Scope.keep(() -> forward(layer, input));
    }
    return hidden;
  }

  private Tensor forward(int layer, Tensor input) {
    if (memory == Memory.NONE) {
      return withoutGraph(layer, input);
    }
    Tape tape = new Tape(layer, input);
    tapes.add(tape);
    return memory == Memory.ALL ? tape.record().detach() : withoutGraph(layer, input);
  }

  private Tensor withoutGraph(int layer, Tensor x) {
    try (NoGradGuard guard = new NoGradGuard()) {
      TransformerBlock block = blocks.get(layer);
      Tensor attended = attentions.apply(layer).apply(block.before(x, angles)).out();
      return block.after(x, attended);
    }
  }

  /** Adds the gradients of all blocks' weights; gives that of the input, [T, D]. Call it once. */
  public Tensor backward(Tensor gradient) {
    Tensor running = gradient;
    for (int i = tapes.size() - 1; i >= 0; i--) {
      Tape tape = tapes.get(i);
      Tensor above = running;
      running = Scope.keep(() -> tape.backward(above));
      tape.close();
    }
    tapes.clear();
    return running;
  }

  @Override
  public void close() {
    tapes.forEach(Tape::close);
    tapes.clear();
  }

  /** One block's run: its input, and what autograd and attention remember of it. */
  private final class Tape implements AutoCloseable {
    private final Retained kept = new Retained();
    private final int layer;
    private final Tensor input;
    private Recording recording = Recording.NONE;

    Tape(int layer, Tensor input) {
      this.layer = layer;
      this.input = kept.keep(input.detach());
    }

    Tensor record() {
      recording = Recording.of(blocks.get(layer), attentions.apply(layer), input, angles);
      if (memory == Memory.ALL) {
        recording.retain(kept);
      }
      return recording.output();
    }

    Tensor backward(Tensor gradient) {
      if (memory == Memory.INPUTS) {
        record();
      }
      return recording.backward(gradient);
    }

    @Override
    public void close() {
      kept.close();
      recording = Recording.NONE;
    }
  }

  /**
   * A block with the two graphs of its halves.
   *
   * @param input leaf of the half before attention
   * @param residual leaf of the half after it: the same numbers
   * @param projected what attention took; ends of the first graph
   * @param attended leaf of the second graph: what attention gave
   * @param output end of the second graph
   */
  private record Recording(
      Tensor input,
      Tensor residual,
      Projected projected,
      Attention.Applied applied,
      Tensor attended,
      Tensor output) {
    @SuppressWarnings("NullAway") // stands for "not recorded"; never read
    static final Recording NONE = new Recording(null, null, null, null, null, null);

    static Recording of(
        TransformerBlock block, Attention attention, Tensor x, Rotary.Angles angles) {
      Tensor input = leaf(x);
      Projected projected = block.before(input, angles);
      Attention.Applied applied;
      try (NoGradGuard guard = new NoGradGuard()) {
        applied =
            attention.apply(
                new Projected(
                    projected.query().detach(),
                    projected.key().detach(),
                    projected.value().detach()));
      }
      Tensor residual = leaf(x);
      Tensor attended = leaf(applied.out());
      return new Recording(
          input, residual, projected, applied, attended, block.after(residual, attended));
    }

    private static Tensor leaf(Tensor tensor) {
      return tensor.detach().set_requires_grad(true);
    }

    void retain(Retained owner) {
      owner.keep(input);
      owner.keep(residual);
      owner.keep(projected.query());
      owner.keep(projected.key());
      owner.keep(projected.value());
      applied.retain(owner);
      owner.keep(attended);
      owner.keep(output);
    }

    Tensor backward(Tensor gradient) {
      output.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      Projected gradients;
      try (NoGradGuard guard = new NoGradGuard()) {
        gradients = applied.backward(new Tensor(attended.grad()));
      }
      torch.backward(
          new TensorVector(projected.query(), projected.key(), projected.value()),
          new TensorVector(gradients.query(), gradients.key(), gradients.value()),
          new BoolOptional(),
          false,
          new TensorVector());
      return new Tensor(input.grad()).add(new Tensor(residual.grad()));
    }
  }
}

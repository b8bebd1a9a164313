package io.vlmr1.model.decoder;

import io.vlmr1.nn.BlockStack;
import org.bytedeco.pytorch.Tensor;

/**
 * A vision tower over some pictures: what comes before its blocks, the blocks, and what comes
 * behind them, each forward and backward. R rows, D vision hidden, U tokens of all pictures in
 * order, H language hidden.
 */
public interface VisionRun extends AutoCloseable {

  /** Patches to the blocks' input: [R, D]. */
  Tensor embed();

  /** Adds to the gradients of the weights that {@link #embed} uses, given that of its result. */
  void embedBackward(Tensor gradient);

  /** The blocks, ready to run once; the caller closes it. */
  BlockStack blocks(BlockStack.Memory memory);

  /** The blocks' output [R, D] to tokens [U, H]. */
  Tensor project(Tensor x);

  /**
   * Adds to the gradients of the weights that {@link #project} uses.
   *
   * @param x of the forward pass, [R, D]
   * @param gradient of the tokens, [U, H]
   * @return the gradient of x, new memory
   */
  Tensor projectBackward(Tensor x, Tensor gradient);

  @Override
  void close();
}

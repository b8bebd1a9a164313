package io.vlmr1.nn;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** How the rows of one forward pass attend to each other; the same for all layers that share it. */
public interface Attention {

  /**
   * What attention gives.
   *
   * @param output [rows, heads, width] float32
   * @param logSums logarithms of the softmax's denominators, laid out as the implementation likes
   */
  record Attended(Tensor output, List<Tensor> logSums) {}

  /** softmax(q k^T / sqrt(width)) v over what each row sees. */
  Attended attend(Heads heads);

  /**
   * The backward pass.
   *
   * @param heads of the forward pass
   * @param attended what it gave
   * @param outer gradient of the output, [rows, heads, width] float32
   * @param gradient is overwritten with the gradients of the heads
   */
  void backward(Heads heads, Attended attended, Tensor outer, Heads gradient);
}
